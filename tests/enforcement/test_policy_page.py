import re
from pathlib import Path

from stillwatch.enforcement.organizations import Organizations
from stillwatch.enforcement.policy_check import check

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "write-a-policy.md"


def test_the_policy_and_the_organisations_of_the_page_can_be_used(tmp_path):
    policy, organizations = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    path = tmp_path / "page.yaml"
    path.write_text(policy, encoding="utf-8")
    read, mistakes = check(path)
    assert mistakes == []
    assert len(read.rules) == 4
    path.write_text(organizations, encoding="utf-8")
    assert Organizations.load(path).known.keys() == {"org-1"}
