package baton.load;

import baton.processes.Deployment;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Tokens as an identity provider would issue them that shares the deployment's secret.
final class Tokens {

    private static final long NEVER = 4_102_444_800L;

    private Tokens() {
    }

    static String of(String agent) {
        String content = base64("{\"alg\":\"HS256\"}") + "." + base64("{\"sub\":\"" + agent + "\",\"exp\":" + NEVER + "}");
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Deployment.SECRET.getBytes(StandardCharsets.UTF_8), mac.getAlgorithm()));
            byte[] signature = mac.doFinal(content.getBytes(StandardCharsets.UTF_8));
            return content + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
