from tests.node.conftest import folder, intake

__all__ = ["folder", "intake"]
