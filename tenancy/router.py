"""Which connection does what: the schema belongs to ``owner``, everything else runs as ``app``."""

from typing import Any


class OwnerMigrates:
    """Refuse migrations on every alias but ``owner``; allow relations, since all aliases are one database."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "owner"

    def allow_relation(self, first: Any, second: Any, **hints: Any) -> bool:
        return True
