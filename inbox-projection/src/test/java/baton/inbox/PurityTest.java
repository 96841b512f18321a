package baton.inbox;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/// The layers, and what a fold may never ask. A rule that matches no class fails (ArchUnit's default).
@AnalyzeClasses(packages = "baton.inbox", importOptions = ImportOption.DoNotIncludeTests.class)
class PurityTest {

    @ArchTest
    static final ArchRule DOMAIN_KNOWS_THE_JDK_AND_THE_CONTRACT_ONLY = classes().that().resideInAPackage("..domain..")
            .should().onlyDependOnClassesThat().resideInAnyPackage("java..", "baton.contract..", "baton.inbox.domain..");

    @ArchTest
    static final ArchRule DOMAIN_ASKS_NO_CLOCK_NO_CHANCE_AND_NO_LOCALE = noClasses().that().resideInAPackage("..domain..")
            .should().callMethod(java.time.Instant.class, "now")
            .orShould().callMethod(System.class, "currentTimeMillis")
            .orShould().callMethod(System.class, "nanoTime")
            .orShould().callMethod(System.class, "getenv", String.class)
            .orShould().callMethod(java.util.UUID.class, "randomUUID")
            .orShould().dependOnClassesThat().areAssignableTo(java.util.Random.class)
            .orShould().dependOnClassesThat().areAssignableTo(java.util.Locale.class);

    @ArchTest
    static final ArchRule STREAM_DOES_NOT_KNOW_HTTP = noClasses().that().resideInAPackage("..stream..")
            .should().dependOnClassesThat().resideInAnyPackage("..http..", "io.micronaut.http..");
}
