# Debian's Alertmanager behind the interface of the official image, for docker_smoke.sh.
FROM smoke/base
RUN mkdir /alertmanager && chown nobody:nogroup /alertmanager
USER nobody
ENTRYPOINT ["prometheus-alertmanager", "--config.file=/etc/alertmanager/alertmanager.yml", \
    "--storage.path=/alertmanager"]
