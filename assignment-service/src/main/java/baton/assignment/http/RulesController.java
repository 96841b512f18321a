package baton.assignment.http;

import baton.assignment.domain.RulesVersion;
import baton.assignment.stream.AssignmentService;
import baton.contract.Actor;
import baton.contract.InvalidField;
import baton.directory.Caller;
import baton.runtime.Problem;
import baton.runtime.ProblemException;
import io.micronaut.core.annotation.Introspected;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Put;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.IntStream;

/// Which version of the rules is in force, and switching it (supervisors). Each partition is asked, and switched, where it is decided: so an
/// instance of a build that does not know the version is met here, before anything is on the log.
///
/// With `partition` in the query an instance answers for that one alone, and asks nobody else: that is how instances ask each other.
@Controller("/api/rules")
@Tag(name = "rules")
public final class RulesController {

    private static final String PARTITION_DOC = "This partition only, and only if this instance decides it: for instances among themselves";

    private final AssignmentService service;
    private final DecisionAnswers answers;
    private final OtherInstances others;

    RulesController(AssignmentService service, DecisionAnswers answers, OtherInstances others) {
        this.service = service;
        this.answers = answers;
        this.others = others;
    }

    /// What the rules are.
    ///
    /// @param newest            the newest version that this instance knows
    /// @param partitionsMissing those that nobody has answered for
    @Introspected
    public record RulesView(int newest, List<PartitionRules> partitions, List<Integer> partitionsMissing) {
    }

    /// What they are on one partition.
    ///
    /// @param version the version in force
    /// @param newest  the newest version that the instance knows which decides there
    @Introspected
    public record PartitionRules(int partition, int version, int newest) {
    }

    /// What they shall be.
    @Introspected
    public record RulesChange(@Nullable Integer version) {
    }

    /// The version in force, partition by partition.
    @Get
    @ExecuteOn(TaskExecutors.BLOCKING)
    @Operation(summary = "The version of the rules that is in force, on each partition")
    public RulesView rules(@Parameter(description = PARTITION_DOC) @Nullable @QueryValue Integer partition,
            @Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) Caller caller) {
        return partition == null ? everywhere(request) : onlyHere(partition);
    }

    /// Switches all partitions. Sent again, it goes on with those that are left.
    @Put
    @ExecuteOn(TaskExecutors.BLOCKING)
    @Operation(summary = "Switch the rules to a version, on all partitions, for ever (supervisors)",
            description = "Deploy a build that knows the version everywhere first. Sent again, it changes nothing, or goes on where it was interrupted.")
    @ApiResponse(responseCode = "200", description = "The version is in force on all partitions")
    @ApiResponse(responseCode = "409", description = "rules-not-known: an instance does not know the version; newer-rules-in-force: there is no way back")
    @ApiResponse(responseCode = "422", description = "invalid-field: this build does not know the version")
    @ApiResponse(responseCode = "503", description = "unavailable: nothing was switched; outcome-unknown: send it again")
    public RulesView switchRules(@Body RulesChange change, @Parameter(description = PARTITION_DOC) @Nullable @QueryValue Integer partition,
            @Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) Caller caller) {
        caller.requireSupervisor();
        RulesVersion wanted = wanted(change);
        if (partition != null) {
            requireSwitchable(onlyHere(partition), wanted);
            switchHere(partition, wanted, caller);
            return onlyHere(partition);
        }
        RulesView before = everywhere(request);
        requireSwitchable(before, wanted);
        together(before.partitions().stream().filter(found -> found.version() < wanted.number()).map(PartitionRules::partition).toList(), left -> {
            service.peers().elsewhere(left).ifPresentOrElse(owner -> others.switchRules(owner, left, wanted.number(), request),
                    () -> switchHere(left, wanted, caller));
            return left;
        });
        return everywhere(request);
    }

    private static RulesVersion wanted(RulesChange change) {
        if (change.version() == null) {
            throw new InvalidField("version", "is missing");
        }
        return RulesVersion.of(change.version()).orElseThrow(() ->
                new InvalidField("version", "must be 1 to " + RulesVersion.NEWEST.number() + ", the versions that this build knows"));
    }

    /// Before anything is written: a switch that only some of the instances can follow would stop the others.
    private static void requireSwitchable(RulesView found, RulesVersion wanted) {
        if (!found.partitionsMissing().isEmpty()) {
            throw Problem.unavailable("Nothing was switched: nobody answers for the partitions " + found.partitionsMissing()
                    + ". They are being moved, or are decided by a build that cannot switch.").asException();
        }
        for (PartitionRules partition : found.partitions()) {
            if (partition.newest() < wanted.number()) {
                throw Problem.of(409, "rules-not-known", "An instance does not know this version of the rules",
                        "Partition " + partition.partition() + " is decided by a build that knows up to version " + partition.newest()
                                + ". Deploy the newer build everywhere first. Nothing was switched.").asException();
            }
            if (partition.version() > wanted.number()) {
                throw DecisionAnswers.newerRulesInForce().asException();
            }
        }
    }

    private void switchHere(int partition, RulesVersion wanted, Caller caller) {
        answers.answer(await(service.switchRules(partition, wanted, Actor.agent(caller.id())))); // throws where it was refused
    }

    private RulesView onlyHere(int partition) {
        if (partition < 0 || partition >= service.partitions()) {
            throw new InvalidField("partition", "must be 0 to " + (service.partitions() - 1));
        }
        return view(List.of(partition), List.of(here(partition)));
    }

    private RulesView everywhere(HttpRequest<?> request) {
        List<Integer> all = IntStream.range(0, service.partitions()).boxed().toList();
        return view(all, together(all, partition -> service.peers().elsewhere(partition)
                .map(owner -> others.rules(owner, partition, request))
                .orElseGet(() -> here(partition))));
    }

    private Optional<PartitionRules> here(int partition) {
        return service.rulesInForce(partition).stream()
                .mapToObj(version -> new PartitionRules(partition, version, RulesVersion.NEWEST.number())).findFirst();
    }

    private static RulesView view(List<Integer> asked, List<Optional<PartitionRules>> answers) {
        List<PartitionRules> found = answers.stream().flatMap(Optional::stream).toList();
        List<Integer> missing = asked.stream().filter(partition -> found.stream().noneMatch(rules -> rules.partition() == partition)).toList();
        return new RulesView(RulesVersion.NEWEST.number(), found, missing);
    }

    /// Asks for all at once; returns when every one is done.
    private static <T> List<T> together(List<Integer> partitions, Function<Integer, T> ask) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var asked = partitions.stream().map(partition -> CompletableFuture.supplyAsync(() -> ask.apply(partition), threads)).toList();
            return asked.stream().map(RulesController::await).toList();
        }
    }

    /// What is waited for here has a deadline of its own.
    private static <T> T await(CompletableFuture<T> answer) {
        try {
            return answer.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof ProblemException problem ? problem : e;
        }
    }
}
