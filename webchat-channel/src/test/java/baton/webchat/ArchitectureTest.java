package baton.webchat;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "baton.webchat", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule domainKnowsTheJdkAndTheContractOnly = classes().that().resideInAPackage("baton.webchat.domain..")
            .should().onlyDependOnClassesThat(resideInAnyPackage("java..", "baton.contract..", "baton.webchat.domain.."))
            .allowEmptyShould(false);

    @ArchTest
    static final ArchRule streamDoesNotKnowHttp = noClasses().that().resideInAPackage("baton.webchat.stream..")
            .should().dependOnClassesThat(resideInAnyPackage("baton.webchat.http..", "io.micronaut.http.."))
            .allowEmptyShould(false);

    @ArchTest
    static final ArchRule httpDoesNotKnowKafka = noClasses().that().resideInAPackage("baton.webchat.http..")
            .should().dependOnClassesThat(resideInAPackage("org.apache.kafka.."))
            .allowEmptyShould(false);

    /// A channel knows what is written and read on its two topics, and nothing of agents, owners and decisions.
    @ArchTest
    static final ArchRule aChannelKnowsItsTwoTopicsOnly = classes().that().resideInAPackage("baton.webchat..")
            .should().onlyDependOnClassesThat(resideInAnyPackage("baton.webchat..", "baton.runtime..", "java..", "javax.crypto..",
                    "jakarta..", "org..", "io..", "com.fasterxml..", "com.nimbusds..", "reactor..")
                    .or(com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf(
                            baton.contract.ChannelMessage.class, baton.contract.SentReply.class, baton.contract.Visitor.class,
                            baton.contract.Topic.class, baton.contract.Ids.class, baton.contract.Texts.class, baton.contract.Json.class,
                            baton.contract.InvalidField.class, baton.contract.Unreadable.class)))
            .allowEmptyShould(false);
}
