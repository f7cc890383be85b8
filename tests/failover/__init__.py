"""
Failover with real servers: three PostgreSQL, two web nodes, two workers (reliability.md 13.1).

`python -m tests.failover` plays it whole; tests/test_failover.py plays the short form and the
negative control, in which the standbys are asynchronous and the check has to fail.
"""
