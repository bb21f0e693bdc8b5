# Debian's RabbitMQ behind the interface of the official image, for docker_smoke.sh.
FROM smoke/base
COPY rabbitmq-entrypoint.sh /entrypoint.sh
ENTRYPOINT ["sh", "/entrypoint.sh"]
