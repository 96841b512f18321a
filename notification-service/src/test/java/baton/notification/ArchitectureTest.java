package baton.notification;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "baton.notification", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule domainKnowsTheJdkAndTheContractOnly = classes().that().resideInAPackage("baton.notification.domain..")
            .should().onlyDependOnClassesThat(resideInAnyPackage("java..", "baton.contract..", "baton.notification.domain.."))
            .allowEmptyShould(false);

    @ArchTest
    static final ArchRule streamKnowsNeitherDeliveryNorHttp = noClasses().that().resideInAPackage("baton.notification.stream..")
            .should().dependOnClassesThat(resideInAnyPackage("baton.notification.delivery..", "baton.notification.http.."))
            .allowEmptyShould(false);

    @ArchTest
    static final ArchRule deliveryKnowsNeitherStreamNorHttp = noClasses().that().resideInAPackage("baton.notification.delivery..")
            .should().dependOnClassesThat(resideInAnyPackage("baton.notification.stream..", "baton.notification.http.."))
            .allowEmptyShould(false);

    @ArchTest
    static final ArchRule noServiceKnowsAnother = noClasses().that().resideInAPackage("baton.notification..")
            .should().dependOnClassesThat(resideInAnyPackage("baton.assignment..", "baton.inbox..", "baton.standalone.."))
            .allowEmptyShould(false);

    @ArchTest
    static final ArchRule onlyHttpKnowsHttp = noClasses().that(resideInAPackage("baton.notification.domain..")
                    .or(resideInAPackage("baton.notification.stream..")).or(resideInAPackage("baton.notification.delivery..")))
            .should().dependOnClassesThat().resideInAPackage("io.micronaut.http..")
            .allowEmptyShould(false);
}
