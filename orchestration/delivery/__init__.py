"""Alerts, insights and reports that reach people: who is notified, and what of it arrived."""
