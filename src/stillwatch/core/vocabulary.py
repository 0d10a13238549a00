"""The closed lists of words that indicators are made of; whatever is not in them cannot leave a lab."""

from __future__ import annotations

from typing import Final

TECHNIQUES: Final[dict[str, str]] = {
    "AML.T0005.001": "Train Proxy via Replication",
    "AML.T0008.005": "AI Service Proxies",
    "AML.T0012": "Valid Accounts",
    "AML.T0021": "Establish Accounts",
    "AML.T0024": "Exfiltration via AI Inference API",
    "AML.T0024.002": "Extract AI Model",
    "AML.T0040": "AI Model Inference API Access",
    "AML.T0048": "External Harms",
    "AML.T0048.004": "AI Intellectual Property Theft",
    "AML.T0065": "LLM Prompt Crafting",
}
"""Techniques of MITRE ATLAS that concern the extraction of models, by id."""

MITIGATIONS: Final[dict[str, str]] = {
    "AML.M0002": "Passive AI Output Obfuscation",
    "AML.M0004": "Restrict Number of AI Model Queries",
    "AML.M0019": "Control Access to AI Models and Data in Production",
    "AML.M0024": "AI Telemetry Logging",
}
"""Mitigations of MITRE ATLAS against them, by id."""

MITIGATED: Final[dict[str, tuple[str, ...]]] = {
    "AML.M0002": ("AML.T0024.002",),
    "AML.M0004": ("AML.T0024", "AML.T0024.002"),
    "AML.M0019": ("AML.T0040",),
    "AML.M0024": ("AML.T0024", "AML.T0024.002", "AML.T0040"),
}
"""Which techniques a mitigation works against."""

BLINDED: Final = ("api_client", "organization_domain", "payment")
"""What may be told blinded: long enough to have no dictionary."""

CLIENTS: Final = (
    "aiohttp",
    "anthropic-java",
    "anthropic-python",
    "anthropic-typescript",
    "aws-sdk",
    "axios",
    "azure-sdk",
    "browser",
    "coding-agent",
    "curl",
    "go-http",
    "google-genai",
    "java-http",
    "langchain",
    "litellm",
    "llamaindex",
    "node-fetch",
    "openai-go",
    "openai-java",
    "openai-node",
    "openai-python",
    "python-httpx",
    "python-requests",
    "router",
    "rust-http",
    "vercel-ai-sdk",
)
"""Families of client libraries, without version."""

TIMINGS: Final = (
    "around-the-clock",
    "bursts",
    "even-load",
    "moved-to-new-model",
    "office-hours",
    "replaced-in-hours",
    "starts-together",
    "under-limits",
)
"""How accounts act together over time."""

COVERAGES: Final = (
    "agentic-tasks",
    "code",
    "even-sweep",
    "grading",
    "mathematics",
    "reasoning-traces",
    "rewriting",
    "split-work",
    "tool-use",
    "translation",
    "vision",
)
"""What a campaign's requests cover, as profile classes."""

INFRASTRUCTURES: Final = (
    "account-network",
    "anonymising-network",
    "hosting",
    "proxy-network",
    "reseller",
    "router",
)
"""Kinds of infrastructure behind a campaign."""

_CODES: Final = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW
BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI
FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN
IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME
MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF
PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV
SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE
YT ZA ZM ZW
"""
COUNTRIES: Final = frozenset(_CODES.split())
"""Assigned codes of ISO 3166-1 alpha-2."""
