"""Injects faults into running machines one after the other, and measures what comes of each.

    sudo .venv/bin/python tests/device/fault_matrix.py FOLDER [--only NAME] [--on container|vm] [--markdown OUT]

FOLDER was made by make_machine.sh. It ends with status 1 when a fault breaks what is promised for it.
"""

import argparse
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from device import hardware_faults, process_faults, state_faults
from device.container import Container
from device.fault import AnyMachine, Fault, Outcome, to_markdown, to_text
from device.machine import BenchError
from device.measure import measure
from device.virtual_machine import VirtualMachine

CONTAINER_FAULTS = (*process_faults.FAULTS, *state_faults.FAULTS)


def outcomes(kind: type[AnyMachine], folder: Path, faults: Sequence[Fault[AnyMachine]]) -> Iterator[Outcome]:
    """Inject faults into one machine; after one that it does not come back from, go on with a fresh machine."""
    waiting = list(faults)
    while waiting:
        with kind(folder) as machine:  # type: ignore[call-arg]
            machine.boot()
            while waiting:
                outcome = _measure(machine, waiting.pop(0))
                yield outcome
                if outcome.recovered_seconds is None:
                    break
            machine.shut_down()


def _measure(machine: AnyMachine, fault: Fault[AnyMachine]) -> Outcome:
    try:
        return measure(machine, fault)
    except BenchError as error:
        kind = type(machine).__name__
        return Outcome(fault.name, fault.how, kind, 0.0, None, None, (), "-", "", (), (f"not measured: {error}",))


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", action="append", default=[], help="faults whose name has this in it")
    parser.add_argument("--on", choices=["container", "vm"])
    parser.add_argument("--markdown", type=Path, help="write the table there")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(1))  # no machine is left running

    def wanted(faults: Sequence[Fault[AnyMachine]], name: str) -> list[Fault[AnyMachine]]:
        if given.on not in (None, name):
            return []
        return [fault for fault in faults if not given.only or any(word in fault.name for word in given.only)]

    measured: list[Outcome] = []
    for results in (
        outcomes(Container, given.folder, wanted(CONTAINER_FAULTS, "container")),
        outcomes(VirtualMachine, given.folder, wanted(hardware_faults.FAULTS, "vm")),
    ):
        for outcome in results:
            measured.append(outcome)
            sys.stdout.write(to_text(outcome))
            sys.stdout.flush()
            if given.markdown is not None:
                given.markdown.write_text(to_markdown(measured), encoding="utf-8")
    sys.stdout.write(to_markdown(measured))
    return int(any(one.problems for one in measured))


if __name__ == "__main__":
    sys.exit(main())
