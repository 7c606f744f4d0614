package dev.outrail.launch;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.SignedJWT;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Date;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MallKeysTest {

  @TempDir private Path folder;

  @Test
  void thePublicKeyThatIsWrittenVerifiesAUsersToken() throws Exception {
    MallKeys keys = MallKeys.generate();

    SignedJWT token = SignedJWT.parse(keys.userToken(7, Duration.ofMinutes(5)));

    String pem = Files.readString(keys.writePublicKey(folder));
    assertThat(token.verify(new RSASSAVerifier(JWK.parseFromPEMEncodedObjects(pem).toRSAKey())))
        .isTrue();
    assertThat(token.getJWTClaimsSet().getSubject()).isEqualTo("7");
    assertThat(token.getJWTClaimsSet().getExpirationTime()).isAfter(new Date());
  }

  @Test
  void eachRunHasSecretsOfItsOwn() {
    assertThat(MallKeys.generate().serviceSecret())
        .hasSize(64)
        .isNotEqualTo(MallKeys.generate().serviceSecret());
  }
}
