package baton.inbox.http;

import baton.inbox.http.PageFiles.PageFile;
import baton.runtime.Problem;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.Hidden;

/// Serves the agents' page. What a page shows is in its query, so that each of its addresses can be kept and shared.
///
/// Files are always asked for again, and sent again only if they have changed: a new version shows at once. A library's files have
/// their version in their path and are kept for ever.
///
/// Not Micronaut's static resources: those know a file by the time of its jar, answer HEAD without a header, and would give out whatever
/// WebJar is on the class path.
@Controller
@Hidden
@ExecuteOn(TaskExecutors.BLOCKING)
final class PageController {

    private final PageFiles files;

    PageController(PageFiles files) {
        this.files = files;
    }

    /// The page, at every address that it has.
    @Get(uris = {"/", "/agents", "/groups"})
    HttpResponse<?> page(HttpRequest<?> request) {
        return answer(request, files.index());
    }

    /// A file of it.
    @Get(uris = {"/modules/{+path}", "/styles/{+path}", "/icons/{+path}", "/webjars/{+path}"})
    HttpResponse<?> file(HttpRequest<?> request, String path) {
        return answer(request, files.find(request.getPath()).orElseThrow(() -> Problem.nothingAt(request.getPath()).asException()));
    }

    private HttpResponse<?> answer(HttpRequest<?> request, PageFile file) {
        String known = request.getHeaders().get(HttpHeaders.IF_NONE_MATCH);
        MutableHttpResponse<?> answer = known != null && known.contains(file.tag())
                ? HttpResponse.notModified()
                : HttpResponse.ok(file.content()).header(HttpHeaders.CONTENT_TYPE, file.type());
        if (request.getMethod() == HttpMethod.HEAD) {
            answer.contentLength(file.content().length); // otherwise the connection would be closed to say where the answer ends
        }
        return answer.header(HttpHeaders.ETAG, file.tag())
                .header(HttpHeaders.CACHE_CONTROL, file.forEver() ? "public, max-age=31536000, immutable" : "no-cache")
                .header(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING)
                .header("Content-Security-Policy", files.policy())
                .header("Cross-Origin-Opener-Policy", "same-origin")
                .header("Cross-Origin-Resource-Policy", "same-origin")
                .header("Permissions-Policy", "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()")
                .header("Referrer-Policy", "same-origin");
    }
}
