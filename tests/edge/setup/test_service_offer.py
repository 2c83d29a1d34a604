"""What is offered where mien is a service of the system, of a session, or none."""

from collections.abc import Sequence

import pytest
from edge.setup.scripted import Scripted

from mien.doctor.service import Unit, parse_unit
from mien.setup.service import ServiceOffer, run_command

AGAIN_OF_SYSTEM = ["systemctl", "--no-block", "restart", "mien.service", "mien-eye.service"]
AGAIN_OF_SESSION = ["systemctl", "--user", "--no-block", "restart", "mien.service"]


class Machine:
    """Where mien is installed as a service of the system or of a session, and which commands were run there."""

    def __init__(self, *, of_system: bool = False, of_session: bool = False, status: int = 0) -> None:
        self._installed = {False: of_system, True: of_session}
        self._status = status
        self.commands: list[list[str]] = []

    def find(self, name: str, of_session: bool) -> Unit | None:
        return parse_unit(name, "LoadState=loaded\n", of_session) if self._installed[of_session] else None

    def run(self, command: Sequence[str]) -> int:
        self.commands.append(list(command))
        return self._status


def offer(machine: Machine, *answers: bool, root: bool, of_system: bool, has_systemd: bool = True) -> str:
    questions = Scripted(*answers)
    ServiceOffer(questions, machine.find, machine.run, root, has_systemd).make(of_system=of_system)
    return questions.text_shown


def test_services_of_the_system_are_started_again_by_root() -> None:
    machine = Machine(of_system=True)
    offer(machine, True, root=True, of_system=True)
    assert machine.commands == [AGAIN_OF_SYSTEM]


def test_anybody_else_is_told_how() -> None:
    machine = Machine(of_system=True)
    shown = offer(machine, root=False, of_system=True)
    assert "`sudo systemctl restart mien.service mien-eye.service`" in shown
    assert machine.commands == []


def test_a_file_that_the_services_do_not_read_starts_nothing_again() -> None:
    machine = Machine(of_system=True)
    assert "`sudo mien setup` asks for those" in offer(machine, root=True, of_system=False)
    assert machine.commands == []


@pytest.mark.parametrize(("status", "words"), [(0, "settings?\n"), (3, "ended with status 3")])
def test_a_session_s_service_is_started_again(status: int, words: str) -> None:
    machine = Machine(of_session=True, status=status)
    assert offer(machine, True, root=False, of_system=False).endswith(words) is (status == 0)
    assert words in offer(machine, True, root=False, of_system=False)
    assert machine.commands == [AGAIN_OF_SESSION, AGAIN_OF_SESSION]


def test_who_does_not_want_it_is_told_the_command() -> None:
    machine = Machine(of_session=True)
    assert f"`{' '.join(AGAIN_OF_SESSION)}` does it later" in offer(machine, False, root=False, of_system=False)
    assert machine.commands == []


def test_without_a_service_the_installer_s_lines_are_shown() -> None:
    machine = Machine()
    shown = offer(machine, False, root=False, of_system=False)
    assert "`sudo ./requirements.sh --service`" in shown
    assert "`./requirements.sh --user-service`" in shown
    assert "--user-service" not in offer(machine, root=True, of_system=False)
    assert machine.commands == []


def test_without_systemd_nothing_is_asked_and_nothing_said() -> None:
    assert offer(Machine(), root=False, of_system=False, has_systemd=False) == ""


def test_a_command_is_run_and_its_status_told() -> None:
    assert run_command(["sh", "-c", "exit 7"]) == 7
