package baton.assignment.http;

import baton.assignment.domain.RulesVersion;
import baton.assignment.stream.AssignmentService;
import baton.assignment.stream.AssignmentSettings;
import baton.contract.Actor;
import baton.contract.Decision;
import baton.contract.InvalidField;
import baton.contract.Json;
import baton.directory.Caller;
import baton.runtime.Peers;
import baton.runtime.Problem;
import baton.runtime.ProblemException;
import io.micronaut.core.annotation.Introspected;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Put;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which version of the rules is in force, and switching it (supervisors). Each partition is asked, and switched, where it is decided: so an
/// instance of a build that does not know the version is met here, before anything is on the log.
///
/// A request of a [peer][Peers] is about the partitions that it names, and only as far as they are decided here; nobody else is asked then. A
/// supervisor who names partitions herself switches those, which a request to the whole deployment then goes on from.
@Controller("/api/rules")
@Tag(name = "rules")
public final class RulesController {

    private static final Logger LOG = LoggerFactory.getLogger(RulesController.class);

    /// What a peer is given beyond what a decision may take.
    private static final Duration ON_THE_WAY = Duration.ofSeconds(2);

    private final AssignmentService service;
    private final DecisionAnswers answers;
    private final Duration answeredWithin;

    RulesController(AssignmentService service, DecisionAnswers answers, AssignmentSettings settings) {
        this.service = service;
        this.answers = answers;
        this.answeredWithin = settings.decidedWithin().plus(ON_THE_WAY);
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
    public RulesView rules(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) Caller caller) {
        return found(request);
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
    public RulesView switchRules(@Body RulesChange change, @Parameter(hidden = true) HttpRequest<?> request,
            @Parameter(hidden = true) Caller caller) {
        caller.requireSupervisor();
        RulesVersion wanted = wanted(change);
        RulesView before = found(request);
        requireSwitchable(before, wanted);
        List<Integer> left = before.partitions().stream().filter(found -> found.version() < wanted.number()).map(PartitionRules::partition).toList();
        try {
            switchAll(request, change, left, partition -> service.switchRules(partition, wanted, Actor.agent(caller.id())));
        } catch (RuntimeException e) {
            LOG.warn("a switch of the rules to version {} is not known to be done: {}", wanted.number(), e.toString());
            // Some partitions may be switched, whatever this one says.
            throw unknown();
        }
        RulesView after = found(request);
        if (!after.partitionsMissing().isEmpty() || after.partitions().stream().anyMatch(found -> found.version() < wanted.number())) {
            throw unknown();
        }
        return after;
    }

    /// Switches what is left, all at once; throws where that is not known to have been done.
    private void switchAll(HttpRequest<?> request, RulesChange change, List<Integer> left, IntFunction<CompletableFuture<Decision>> switchHere) {
        var elsewhere = elsewhere(request, left);
        List<CompletableFuture<?>> switched = new ArrayList<>();
        elsewhere.forEach((peer, partitions) -> switched.add(service.peers().put(request, Json.write(change), peer, partitions, answeredWithin)));
        here(left, elsewhere).forEach(partition -> switched.add(switchHere.apply(partition).thenAccept(answers::answer))); // throws where it was refused
        switched.forEach(RulesController::await);
    }

    private static RuntimeException unknown() {
        return Problem.outcomeUnknown("Whether all partitions were switched is not known. Send it again to go on.").asException();
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

    /// The rules of the partitions that a request is about: all of them, wherever they are decided, unless a peer asks for its share.
    private RulesView found(HttpRequest<?> request) {
        List<Integer> about = Peers.share(request).map(List::copyOf).orElseGet(() -> IntStream.range(0, service.partitions()).boxed().toList());
        if (about.getLast() >= service.partitions()) {
            throw Problem.malformed("There are " + service.partitions() + " partitions, from 0 on.").asException();
        }
        var elsewhere = elsewhere(request, about);
        List<CompletableFuture<List<PartitionRules>>> asked = elsewhere.entrySet().stream()
                .map(share -> service.peers().ask(request, share.getKey(), share.getValue(), answeredWithin)
                        .thenApply(answer -> Json.read(answer, RulesView.class).partitions().stream()
                                .filter(rules -> share.getValue().contains(rules.partition())).toList())
                        .exceptionally(_ -> List.of())) // its partitions are missing then
                .toList();
        List<PartitionRules> found = new ArrayList<>(here(about, elsewhere).stream().flatMap(partition -> rulesHere(partition).stream()).toList());
        asked.forEach(answer -> found.addAll(await(answer)));
        found.sort(Comparator.comparing(PartitionRules::partition));
        List<Integer> missing = about.stream().filter(partition -> found.stream().noneMatch(rules -> rules.partition() == partition)).toList();
        return new RulesView(RulesVersion.NEWEST.number(), found, missing);
    }

    /// Who else decides which of these partitions; nobody, where a peer has asked already.
    private Map<URI, SortedSet<Integer>> elsewhere(HttpRequest<?> request, List<Integer> partitions) {
        return Peers.share(request).isPresent() ? Map.of() : service.peers().elsewhere(partitions);
    }

    private static List<Integer> here(List<Integer> partitions, Map<URI, SortedSet<Integer>> elsewhere) {
        return partitions.stream().filter(partition -> elsewhere.values().stream().noneMatch(share -> share.contains(partition))).toList();
    }

    private Optional<PartitionRules> rulesHere(int partition) {
        return service.rulesInForce(partition).stream()
                .mapToObj(version -> new PartitionRules(partition, version, RulesVersion.NEWEST.number())).findFirst();
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
