# A Kafka Connect worker with the sinks' plugin.
FROM apache/kafka:4.4.0
USER root
COPY connectors/target/plugin/ /opt/plugins/
COPY docker/images/connect.properties /opt/connect/connect.properties
COPY docker/images/health /opt/connect/health
RUN mkdir -p /opt/connect/logs && chown -R 1000:1000 /opt/connect/logs
USER 1000:1000
ENV LOG_DIR=/tmp KAFKA_HEAP_OPTS="-Xms64m -Xmx384m"
ENTRYPOINT ["/opt/kafka/bin/connect-distributed.sh", "/opt/connect/connect.properties"]
