"""Faults of camera, sound card, stick, clock, network and plug, which only a virtual machine has."""

from device.fault import Fault
from device.virtual_machine import VirtualMachine

FAULTS: tuple[Fault[VirtualMachine], ...] = ()
