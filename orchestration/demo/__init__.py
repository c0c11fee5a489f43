"""A generator of realistic cascade logs with labelled faults."""

from orchestration.demo.effects import FAULT_KINDS
from orchestration.demo.generate import DEFAULT_END_DATE, DemoReport, generate
from orchestration.demo.labels import load_fault_labels

__all__ = ["DEFAULT_END_DATE", "FAULT_KINDS", "DemoReport", "generate", "load_fault_labels"]
