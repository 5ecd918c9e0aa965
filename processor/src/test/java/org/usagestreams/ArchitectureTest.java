package org.usagestreams;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Holds the packages to what their package-info says: imports run one way, and the rules know nothing of Kafka. */
@AnalyzeClasses(packages = "org.usagestreams", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule RULES_DEPEND_ON_CHUNKS_AND_THE_JDK_ALONE = classes()
            .that()
            .resideInAPackage("..summary..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..", "..usagestreams.summary..", "..usagestreams.chunk..", "com.google.protobuf..");

    @ArchTest
    static final ArchRule CHUNKS_KNOW_NEITHER_KAFKA_NOR_PARQUET_NOR_JSON = classes()
            .that()
            .resideInAPackage("..usagestreams.chunk..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "..usagestreams.chunk..", "com.google.protobuf..", "com.github.luben.zstd..");

    @ArchTest
    static final ArchRule PARQUET_IS_READ_BY_THE_SPLITTER_ONLY = noClasses()
            .that()
            .resideOutsideOfPackages("..splitter..", "..sample..", "..command..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.parquet..", "org.apache.hadoop..");

    @ArchTest
    static final ArchRule STREAMS_ARE_KNOWN_TO_THE_TOPOLOGY_ONLY = noClasses()
            .that()
            .resideOutsideOfPackage("..topology..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.kafka.streams..");

    @ArchTest
    static final ArchRule SPLITTER_AND_TOPOLOGY_MEET_ON_TOPICS_ONLY = noClasses()
            .that()
            .resideInAPackage("..splitter..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..topology..", "..command..");

    @ArchTest
    static final ArchRule TOPOLOGY_DOES_NOT_KNOW_THE_STORE = noClasses()
            .that()
            .resideInAPackage("..topology..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..splitter..", "..notification..", "..command..", "io.minio..");

    @ArchTest
    static final ArchRule IMPORTS_RUN_ONE_WAY =
            slices().matching("org.usagestreams.(*)..").should().beFreeOfCycles();
}
