package dev.outrail.launch;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jwt.SignedJWT;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MallKeysTest {

  @TempDir private Path folder;

  @Test
  void thePublicKeyThatIsWrittenVerifiesAUsersToken() throws Exception {
    MallKeys keys = MallKeys.generate();

    SignedJWT token = SignedJWT.parse(keys.userToken(7, Duration.ofMinutes(5)));

    String pem = Files.readString(keys.writePublicKey(folder));
    assertThat(token.verify(new RSASSAVerifier(publicKey(pem)))).isTrue();
    assertThat(token.getJWTClaimsSet().getSubject()).isEqualTo("7");
    assertThat(token.getJWTClaimsSet().getExpirationTime().toInstant()).isAfter(Instant.now());
  }

  @Test
  void eachRunHasSecretsOfItsOwn() {
    assertThat(MallKeys.generate().serviceSecret())
        .hasSize(64)
        .isNotEqualTo(MallKeys.generate().serviceSecret());
  }

  private static RSAPublicKey publicKey(String pem) throws Exception {
    String body = pem.replaceAll("-----[A-Z ]+-----", "");
    return (RSAPublicKey)
        KeyFactory.getInstance("RSA")
            .generatePublic(new X509EncodedKeySpec(Base64.getMimeDecoder().decode(body)));
  }
}
