package dev.outrail.testbed.mysql;

import dev.outrail.testbed.Provider;
import dev.outrail.testbed.containers.EnabledIfContainers;

@EnabledIfContainers
final class ContainerMySqlIT extends MySqlServerContract {

  ContainerMySqlIT() {
    super(Provider.CONTAINERS);
  }
}
