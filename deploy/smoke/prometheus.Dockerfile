# Debian's Prometheus behind the interface of the official image, for docker_smoke.sh.
FROM smoke/base
RUN mkdir /prometheus && chown nobody:nogroup /prometheus
USER nobody
ENTRYPOINT ["prometheus", "--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"]
