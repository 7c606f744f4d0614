package dev.outrail.systemtests;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArchitectureTest {

  private static final JavaClasses OUTRAIL =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.outrail");

  private static final List<String> APPLICATIONS =
      List.of("dev.outrail.payment", "dev.outrail.order", "dev.outrail.stock");

  private static final String[] BROKER = {"org.apache.kafka..", "org.springframework.kafka.."};

  @Test
  void everyModuleIsLookedAt() {
    assertThat(
            OUTRAIL.stream()
                .map(type -> type.getPackageName().replaceFirst("^(dev\\.outrail\\.\\w+).*", "$1"))
                .collect(Collectors.toSet()))
        .containsAll(APPLICATIONS)
        .contains(
            "dev.outrail.messaging",
            "dev.outrail.segmentid",
            "dev.outrail.mall",
            "dev.outrail.relay",
            "dev.outrail.testbed",
            "dev.outrail.launch",
            "dev.outrail.demo");
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev.outrail.payment", "dev.outrail.order", "dev.outrail.stock"})
  void anApplicationDependsOnNoOtherAndNotOnTheRelay(String application) {
    String[] others =
        Stream.concat(
                APPLICATIONS.stream().filter(other -> !other.equals(application)),
                Stream.of("dev.outrail.relay"))
            .map(other -> other + "..")
            .toArray(String[]::new);

    noClasses()
        .that()
        .resideInAPackage(application + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others)
        .check(OUTRAIL);
  }

  @Test
  void noApplicationKnowsABroker() {
    noClasses()
        .that(resideInAnyPackage(applicationPackages()))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(BROKER)
        .because("a write path that can reach a broker will one day call it")
        .check(OUTRAIL);
  }

  @Test
  void noApplicationHoldsAnythingThatSends() {
    noClasses()
        .that(resideInAnyPackage(applicationPackages()))
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            "org\\.springframework\\.kafka\\.core\\.(Kafka(Template|Operations)|ProducerFactory|.*Producer.*)"
                + "|org\\.apache\\.kafka\\.clients\\.producer\\..*")
        .check(OUTRAIL);
  }

  @Test
  void outboxAndInboxKnowNoBroker() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.outrail.messaging.outbox..", "dev.outrail.messaging.inbox..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(BROKER)
        .check(OUTRAIL);
  }

  @Test
  void theLibraryAndTheRelayDoNotKnowTheMall() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.outrail.messaging..", "dev.outrail.segmentid..", "dev.outrail.relay..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.outrail.mall..",
            "dev.outrail.payment..",
            "dev.outrail.order..",
            "dev.outrail.stock..",
            "org.springframework.web..",
            "jakarta.servlet..")
        .check(OUTRAIL);
  }

  @Test
  void theRelayIsPlainJava() {
    noClasses()
        .that()
        .resideInAPackage("dev.outrail.relay..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.springframework..", "dev.outrail.messaging..")
        .check(OUTRAIL);
  }

  @Test
  void nothingOutsideTheTestbedStartsServersOrProcesses() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.outrail.testbed..")
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            "java\\.lang\\.(ProcessBuilder|Runtime\\$.*)|org\\.testcontainers\\..*|kafka\\.(Kafka|server)\\..*")
        .orShould()
        .callMethodWhere(target(owner(equivalentTo(Runtime.class))).and(target(name("exec"))))
        .check(OUTRAIL);
  }

  @Test
  void packagesAreNamedByFeature() {
    Pattern byKind =
        Pattern.compile(
            ".*\\.(service|services|dto|dao|util|utils|impl|controller|controllers|repository"
                + "|repositories|model|models|entity|entities|common|helper|helpers|manager|misc)(\\..*)?");

    assertThat(packages()).isNotEmpty().noneMatch(name -> byKind.matcher(name).matches());
  }

  @Test
  void eachPackageIsNullMarked() {
    Set<String> unmarked =
        OUTRAIL.stream()
            .map(JavaClass::getPackage)
            .filter(each -> !each.isAnnotatedWith(NullMarked.class))
            .map(JavaPackage::getName)
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(unmarked).isEmpty();
  }

  @Test
  void featuresOfAModuleDoNotGoInCircles() {
    for (String module : List.of("messaging", "mall", "payment", "order", "stock", "relay")) {
      slices()
          .matching("dev.outrail." + module + ".(*)..")
          .should()
          .beFreeOfCycles()
          .check(OUTRAIL);
    }
  }

  @Test
  void dependenciesComeThroughConstructors() {
    noFields()
        .should()
        .beAnnotatedWith("org.springframework.beans.factory.annotation.Autowired")
        .orShould()
        .beAnnotatedWith("org.springframework.beans.factory.annotation.Value")
        .orShould()
        .beAnnotatedWith("jakarta.inject.Inject")
        .check(OUTRAIL);
  }

  @Test
  void staticStateDoesNotChange() {
    fields()
        .that()
        .areStatic()
        .and()
        .doNotHaveModifier(JavaModifier.SYNTHETIC)
        .should()
        .beFinal()
        .check(OUTRAIL);
  }

  @Test
  void classesAreFinalUnlessSomethingExtendsOrProxiesThem() {
    classes()
        .that()
        .areNotInterfaces()
        .and()
        .areNotEnums()
        .and()
        .areNotAnonymousClasses()
        .and()
        .doNotHaveModifier(JavaModifier.ABSTRACT)
        .should(beFinalOrHaveAReasonNotTo())
        .check(OUTRAIL);
  }

  private static ArchCondition<JavaClass> beFinalOrHaveAReasonNotTo() {
    return new ArchCondition<>("be final, or be extended or proxied") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        boolean reason =
            type.getModifiers().contains(JavaModifier.FINAL)
                || !type.getSubclasses().isEmpty()
                || type.isAssignableTo(RuntimeException.class)
                || type.isMetaAnnotatedWith("org.springframework.context.annotation.Configuration")
                || type.isMetaAnnotatedWith("org.springframework.stereotype.Component")
                || type.getMethods().stream()
                    .anyMatch(
                        method ->
                            method.isAnnotatedWith(
                                "org.springframework.transaction.annotation.Transactional"));
        events.add(
            new SimpleConditionEvent(
                type, reason, type.getName() + " is not final and nothing needs it to be open"));
      }
    };
  }

  private static Set<String> packages() {
    return OUTRAIL.stream().map(JavaClass::getPackageName).collect(Collectors.toSet());
  }

  private static String[] applicationPackages() {
    return APPLICATIONS.stream().map(application -> application + "..").toArray(String[]::new);
  }
}
