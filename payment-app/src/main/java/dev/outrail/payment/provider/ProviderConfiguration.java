package dev.outrail.payment.provider;

import dev.outrail.payment.notice.NoticeSigner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.web.client.RestClient;

/** Sets up the provider that the configuration names. */
@Configuration(proxyBeanMethods = false)
class ProviderConfiguration {

  @Bean
  PaymentProvider paymentProvider(
      ProviderProperties chosen,
      SandboxProperties sandbox,
      NoticeSigner signer,
      RestClient.Builder http,
      JdbcClient jdbc,
      PlatformTransactionManager transactionManager) {
    return switch (chosen.provider()) {
      case SANDBOX ->
          new SandboxProvider(sandbox, signer, http, new SandboxBooks(jdbc, transactionManager));
    };
  }
}
