"""Alerts, insights and reports that reach people: who is told what, and what of it arrived."""
