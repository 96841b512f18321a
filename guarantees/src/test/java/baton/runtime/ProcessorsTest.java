package baton.runtime;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.apache.kafka.streams.errors.TaskCorruptedException;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/// What a processor must not do, because Kafka Streams 4.3 would then publish outputs without their input offsets, or lose records
/// (`CorruptedTaskIT` shows both). The decider is guarded against it all the same; the inbox and the notifications are not, as the offsets of
/// `conversation-events` have gaps that no guard could tell from a loss.
@AnalyzeClasses(packages = "baton", importOptions = ImportOption.DoNotIncludeTests.class)
class ProcessorsTest {

    @ArchTest
    static final ArchRule THERE_ARE_PROCESSORS = classes().that().haveNameMatching(".*\\.(DecideCommands|FoldEvents|TellProcessor)")
            .should().implement(Processor.class);

    @ArchTest
    static final ArchRule NOBODY_CALLS_A_TASK_CORRUPTED = noClasses().should().dependOnClassesThat().areAssignableTo(TaskCorruptedException.class);

    /// A punctuator from which a Kafka client's timeout escapes does the same harm.
    @ArchTest
    static final ArchRule NOTHING_IS_PUNCTUATED = noClasses().should().callMethodWhere(
            com.tngtech.archunit.core.domain.JavaCall.Predicates.target(
                    com.tngtech.archunit.core.domain.properties.HasName.Predicates.name("schedule"))
                    .and(com.tngtech.archunit.core.domain.JavaCall.Predicates.target(
                            com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner(
                                    com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo(ProcessorContext.class)))));
}
