"""What is seen, over time, of the one person (or the group) whose mood counts."""

from __future__ import annotations

from dataclasses import dataclass

from mien.types import Expression


@dataclass(frozen=True, slots=True)
class Look:
    """The person followed, at one moment.

    `at` never goes back. `person` is another number for another person, None when nobody is there; a group is one
    person. `expression` is None when the face cannot be judged now, or is out of sight for a moment; `quality` in
    [0, 1] says how far it can be judged. The face was last seen `unseen_seconds` ago: 0 while it is in sight.
    """

    at: float
    person: int | None
    expression: Expression | None
    quality: float
    unseen_seconds: float = 0.0

    @property
    def shows_nobody(self) -> bool:
        """Whether nobody is in sight at this moment."""
        return self.person is None or self.unseen_seconds > 0
