"""Join contributions that come to the groups of those that say much the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import update

from app.database import db
from app.suggestions.models import Contribution
from app.text.shingles import MUCH_THE_SAME, likeness

# Who resembles an indexed one this much brings nobody to the group whom that one would not.
TWINS = 0.8
DEMAND = 16  # bytes before the sketch: what it is about and asks for


@dataclass(slots=True)
class Near:
    """The indexed ones around those that come, and their groups while a portion joins them.

    ``new`` are those of the portion that belong into the index, ``joined`` the names of groups to
    which somebody came.
    """

    imprints: dict[int, bytes] = field(default_factory=dict)
    groups: dict[int, int | None] = field(default_factory=dict)  # as they are in the database
    holders: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    renamed: dict[int, int] = field(default_factory=dict)
    new: set[int] = field(default_factory=set)
    joined: set[int] = field(default_factory=set)

    def add(self, ident: int, own: bytes, group: int | None, keys: Collection[int]) -> None:
        """One that is in the index under ``keys``."""
        self.imprints[ident], self.groups[ident] = own, group
        for key in keys:
            self.holders[key].append(ident)

    def meet(self, ident: int, own: bytes, keys: Collection[int]) -> None:
        """One that comes: into one group with all that are much the same; into the index unless
        a twin is there."""
        nearness: dict[int, float] = {}
        for group, other in self._firsts(keys).items():
            imprint = self.imprints[other]
            if imprint[:DEMAND] == own[:DEMAND]:
                nearness[group] = likeness(own[DEMAND:], imprint[DEMAND:])
        if max(nearness.values(), default=0.0) < TWINS:
            self.new.add(ident)
            self.add(ident, own, None, keys)
        same = {group for group, near in nearness.items() if near >= MUCH_THE_SAME}
        if same:
            first = min(ident, *same)
            self.renamed.update({name: first for name in (ident, *same) if name != first})
            self.joined.add(first)

    def _firsts(self, keys: Collection[int]) -> dict[int, int]:
        """Of each group around, the first that shares a key: a campaign is asked once."""
        firsts: dict[int, int] = {}
        for ident in sorted({ident for key in keys for ident in self.holders.get(key, ())}):
            firsts.setdefault(self._name(self.groups[ident] or ident), ident)
        return firsts

    def _name(self, group: int) -> int:
        """What the group is called by now."""
        while group in self.renamed:
            group = self.renamed[group]
        return group

    def group_of(self, ident: int) -> int | None:
        """The name of its group, None for one that is alone."""
        name = self._name(self.groups.get(ident) or ident)
        return name if name in self.joined else None

    def rename(self) -> None:
        """Give the groups that were there the names that they have now."""
        for ident, group in self.groups.items():
            if group is None and ident not in self.new and self.group_of(ident):
                # Unless a person has put it elsewhere since it was read.
                found = (Contribution.id == ident, Contribution.is_hand_grouped.is_(False))
                values = {"group_id": self.group_of(ident)}
                db.session.execute(update(Contribution).where(*found).values(values))
        for group in {group for group in self.groups.values() if group in self.renamed}:
            values = {"group_id": self._name(group)}
            db.session.execute(
                update(Contribution).where(Contribution.group_id == group).values(values)
            )

    def settle(self) -> None:
        """All of that is in the database now; the next portion may come."""
        for ident, group in self.groups.items():
            name = self._name(group or ident)
            if group or name in self.joined:
                self.groups[ident] = name
        self.renamed.clear()
        self.joined.clear()
        self.new.clear()
