// HAPI FHIR's JPA server for R4, on loopback, with its database in memory: HAPI's own search, storage and REST layer as
// published, put together from its own parts. Its arguments are the path of its base URL and, if documents are to be
// kept apart from the database, the word apart. It prints its base URL when it listens, and ends with its input.

import ca.uhn.fhir.batch2.jobs.config.Batch2JobsConfig;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.config.ThreadPoolFactoryConfig;
import ca.uhn.fhir.jpa.api.dao.IFhirSystemDao;
import ca.uhn.fhir.jpa.batch2.JpaBatch2Config;
import ca.uhn.fhir.jpa.binary.api.IBinaryStorageSvc;
import ca.uhn.fhir.jpa.binary.interceptor.BinaryStorageInterceptor;
import ca.uhn.fhir.jpa.binary.provider.BinaryAccessProvider;
import ca.uhn.fhir.jpa.binary.svc.NullBinaryStorageSvcImpl;
import ca.uhn.fhir.jpa.binstore.MemoryBinaryStorageSvcImpl;
import ca.uhn.fhir.jpa.config.HapiJpaConfig;
import ca.uhn.fhir.jpa.config.r4.JpaR4Config;
import ca.uhn.fhir.jpa.config.util.HapiEntityManagerFactoryUtil;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import ca.uhn.fhir.jpa.model.config.SubscriptionSettings;
import ca.uhn.fhir.jpa.model.dialect.HapiFhirH2Dialect;
import ca.uhn.fhir.jpa.provider.JpaCapabilityStatementProvider;
import ca.uhn.fhir.jpa.provider.JpaSystemProvider;
import ca.uhn.fhir.jpa.search.DatabaseBackedPagingProvider;
import ca.uhn.fhir.jpa.subscription.channel.config.SubscriptionChannelConfig;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.provider.ResourceProviderFactory;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import jakarta.persistence.EntityManagerFactory;
import java.util.Properties;
import javax.sql.DataSource;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.ServerConnector;
import org.h2.jdbcx.JdbcConnectionPool;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.transaction.annotation.EnableTransactionManagement;

public class Server {
    static boolean documentsApart;

    @Configuration
    @EnableTransactionManagement
    @Import({
        JpaR4Config.class,
        HapiJpaConfig.class,
        JpaBatch2Config.class,
        Batch2JobsConfig.class,
        SubscriptionChannelConfig.class,
        ThreadPoolFactoryConfig.class
    })
    static class Parts {
        @Bean
        JpaStorageSettings storageSettings() {
            return new JpaStorageSettings();
        }

        @Bean
        PartitionSettings partitionSettings() {
            return new PartitionSettings();
        }

        @Bean
        SubscriptionSettings subscriptionSettings() {
            return new SubscriptionSettings();
        }

        @Bean
        IBinaryStorageSvc binaryStorage() {
            return documentsApart ? new MemoryBinaryStorageSvcImpl() : new NullBinaryStorageSvcImpl();
        }

        @Bean
        DataSource dataSource() {
            JdbcConnectionPool pool = JdbcConnectionPool.create("jdbc:h2:mem:hapi;DB_CLOSE_DELAY=-1", "sa", "");
            pool.setMaxConnections(40);
            return pool;
        }

        @Primary
        @Bean
        LocalContainerEntityManagerFactoryBean entityManagerFactory(
                ConfigurableListableBeanFactory beans, FhirContext fhir, JpaStorageSettings settings, DataSource data) {
            Properties hibernate = new Properties();
            hibernate.put("hibernate.dialect", HapiFhirH2Dialect.class.getName());
            hibernate.put("hibernate.hbm2ddl.auto", "update");
            hibernate.put("hibernate.search.enabled", "false");
            var factory = HapiEntityManagerFactoryUtil.newEntityManagerFactory(beans, fhir, settings);
            factory.setPersistenceUnitName("hapi");
            factory.setDataSource(data);
            factory.setJpaProperties(hibernate);
            return factory;
        }

        @Primary
        @Bean
        JpaTransactionManager transactionManager(EntityManagerFactory factory) {
            return new JpaTransactionManager(factory);
        }

        @Bean
        RestfulServer rest(
                FhirContext fhir,
                ResourceProviderFactory resources,
                JpaSystemProvider<?, ?> system,
                IFhirSystemDao<?, ?> dao,
                JpaStorageSettings settings,
                ISearchParamRegistry parameters,
                IValidationSupport validation,
                DatabaseBackedPagingProvider pages,
                BinaryAccessProvider access,
                BinaryStorageInterceptor<?> apart) {
            RestfulServer rest = new RestfulServer(fhir);
            rest.registerProviders(resources.createProviders());
            rest.registerProvider(system);
            rest.setServerConformanceProvider(
                    new JpaCapabilityStatementProvider(rest, dao, settings, parameters, validation));
            rest.setPagingProvider(pages);
            if (documentsApart) {
                rest.registerProvider(access);
                rest.registerInterceptor(apart);
            }
            rest.setDefaultResponseEncoding(EncodingEnum.JSON);
            return rest;
        }
    }

    public static void main(String[] arguments) throws Exception {
        documentsApart = arguments.length > 1 && arguments[1].equals("apart");
        var spring = new AnnotationConfigApplicationContext(Parts.class);
        var handler = new ServletContextHandler("/");
        handler.addServlet(new ServletHolder(spring.getBean(RestfulServer.class)), arguments[0] + "/*");
        var http = new org.eclipse.jetty.server.Server();
        var connector = new ServerConnector(http);
        connector.setHost("127.0.0.1");
        http.addConnector(connector);
        http.setHandler(handler);
        http.start();
        System.out.println("http://127.0.0.1:" + connector.getLocalPort() + arguments[0]);
        System.in.transferTo(java.io.OutputStream.nullOutputStream());
        Runtime.getRuntime().halt(0);
    }
}
