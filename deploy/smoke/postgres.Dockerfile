# Debian's PostgreSQL behind the interface of the official image, for docker_smoke.sh.
FROM smoke/base
COPY postgres-entrypoint.sh /entrypoint.sh
RUN ln -s /usr/lib/postgresql/*/bin/* /usr/local/bin/ \
    && mkdir -p /var/lib/postgresql/data && chown postgres:postgres /var/lib/postgresql/data
ENTRYPOINT ["sh", "/entrypoint.sh"]
