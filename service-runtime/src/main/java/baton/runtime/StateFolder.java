package baton.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// The folder of an application's local stores. A file beside it says which rebuild they are of: stores of an earlier one look as if
/// only the end of their changelogs had to be restored, and would be neither the old nor the new.
final class StateFolder {

    private final Path stores;
    private final Path mark;

    StateFolder(Path stateDir, String application) {
        this.stores = stateDir.resolve(application);
        this.mark = stateDir.resolve(application + ".rebuild");
    }

    /// Deletes what is of another rebuild. Only while the application does not run.
    ///
    /// @param rebuild its number; 0 for none
    void belongTo(int rebuild) {
        String number = String.valueOf(rebuild);
        try {
            if (!(Files.exists(mark) ? Files.readString(mark).strip() : "0").equals(number)) {
                delete();
                Files.createDirectories(mark.getParent());
                Path draft = Files.writeString(mark.resolveSibling(mark.getFileName() + ".draft"), number);
                Files.move(draft, mark, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the local stores in " + stores + " cannot be replaced", e);
        }
    }

    private void delete() throws IOException {
        if (!Files.exists(stores)) {
            return;
        }
        List<Path> all;
        try (Stream<Path> found = Files.walk(stores)) {
            all = found.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            Files.deleteIfExists(path);
        }
    }
}
