"""What Prometheus, Alertmanager and Grafana read, as data, written by ``python -m deploy.generate``."""
