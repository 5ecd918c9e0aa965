# A service or the commands: only the modules that it is made of. Build context: the repository, after `mvn package`
# (scripts/compose does it). MODULE and MAIN name one of
#   cli                org.usagestreams.cli.Main                          image usage-streams: all commands
#   intake-service     org.usagestreams.service.intake.IntakeCommand  image usage-streams-intake
#   splitter-service   org.usagestreams.service.splitter.SplitterCommand  image usage-streams-splitter
#   processor-service  org.usagestreams.service.processor.ProcessorCommand  image usage-streams-processor
#   validator-service  org.usagestreams.service.validator.ValidatorCommand  image usage-streams-validator
#   console            org.usagestreams.console.ConsoleCommand  image usage-streams-console
FROM eclipse-temurin:17.0.20.1_1-jre-noble
ARG MODULE=cli
ARG MAIN=org.usagestreams.cli.Main
RUN groupadd --system --gid 10001 usage && useradd --system --uid 10001 --gid 10001 --home-dir /state usage \
    && mkdir /state && chown usage:usage /state
COPY processor/${MODULE}/target/lib/ /opt/usage-streams/lib/
COPY processor/${MODULE}/target/usage-streams-${MODULE}.jar /opt/usage-streams/lib/
COPY docker/images/usage-streams docker/images/health /opt/usage-streams/bin/
ENV PATH=/opt/usage-streams/bin:$PATH \
    SERVICE_MAIN=${MAIN} \
    USAGE_SUMMARY_STATE_DIR=/state \
    USAGE_INTAKE_INSTANCE_DIR=/state \
    USAGE_SPLITTER_INSTANCE_DIR=/state \
    USAGE_VALIDATION_DIR=/state
WORKDIR /state
USER 10001:10001
# State and the libraries' native parts: the only places that are written to, so that the rest can be read-only.
VOLUME ["/state", "/tmp"]
ENTRYPOINT ["usage-streams"]
