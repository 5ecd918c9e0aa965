# Splitter, processor and all commands. Build context: the repository, after `mvn package` (scripts/compose does it).
FROM eclipse-temurin:17.0.15_6-jre-noble
RUN groupadd --system --gid 10001 usage && useradd --system --uid 10001 --gid 10001 --home-dir /state usage \
    && mkdir /state && chown usage:usage /state
COPY processor/target/lib/ /opt/usage-streams/lib/
COPY processor/target/usage-streams-processor.jar /opt/usage-streams/lib/
COPY docker/images/usage-streams docker/images/health /opt/usage-streams/bin/
ENV PATH=/opt/usage-streams/bin:$PATH \
    USAGE_SUMMARY_STATE_DIR=/state \
    USAGE_SPLITTER_INSTANCE_DIR=/state
WORKDIR /state
USER 10001:10001
# State and the libraries' native parts: the only places that are written to, so that the rest can be read-only.
VOLUME ["/state", "/tmp"]
ENTRYPOINT ["usage-streams"]
CMD ["--help"]
