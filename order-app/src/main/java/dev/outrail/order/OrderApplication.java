package dev.outrail.order;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Starts order-app. */
@SpringBootApplication(proxyBeanMethods = false)
@ConfigurationPropertiesScan
public class OrderApplication {

  /** Its name in the inbox, and its consumer group; another one would apply every event again. */
  public static final String CONSUMER = "order-app";

  public static void main(String[] args) {
    SpringApplication.run(OrderApplication.class, args);
  }
}
