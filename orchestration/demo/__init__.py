"""A generator of a company's logs with labelled faults, and of a table of what is in them."""

from orchestration.demo.effects import FAULT_KINDS
from orchestration.demo.generate import DEFAULT_END_DATE, DEMO_SOURCES, DemoReport, generate
from orchestration.demo.labels import load_fault_labels

__all__ = [
    "DEFAULT_END_DATE",
    "DEMO_SOURCES",
    "FAULT_KINDS",
    "DemoReport",
    "generate",
    "load_fault_labels",
]
