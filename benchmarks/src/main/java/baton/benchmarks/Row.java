package baton.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/// A row of the table that is about Baton alone, on Batons that it starts for itself.
///
/// It is made before it is known whether it will be measured. What was not measured has no table, and its goals say so.
interface Row {

    /// In the table, and in `--rows`.
    String number();

    /// Measures it. Ends early, and without an exception, when it is to stop.
    void measure(Batons batons, BooleanSupplier stopping) throws Exception;

    /// In Markdown; empty where nothing was measured.
    String table();

    /// What it should show.
    List<Goal> goals();

    /// Everything that was measured, for the file.
    Map<String, Object> kept();

    /// Where Batons come from. Whatever ends the run ends them too.
    interface Batons {
        /// Starts one on a folder of its own.
        ///
        /// @param name of the folder
        LoneBaton start(String name) throws Exception;
    }
}
