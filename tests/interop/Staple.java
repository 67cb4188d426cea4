/*
 * Staple ROOT CHAIN LEAF RESPONSE - PKIX as Java has it, with an OCSP response at hand for the
 * leaf and no network: is the leaf good?  Prints "good" or the reason; status 1 then.
 */
import java.io.FileInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

public class Staple {
	public static void main(String[] words) throws Exception {
		CertificateFactory factory = CertificateFactory.getInstance("X.509");
		X509Certificate[] certs = new X509Certificate[3];
		for (int i = 0; i < 3; i++)
			certs[i] = (X509Certificate) factory.generateCertificate(new FileInputStream(words[i]));

		CertPathValidator validator = CertPathValidator.getInstance("PKIX");
		PKIXRevocationChecker checker = (PKIXRevocationChecker) validator.getRevocationChecker();
		checker.setOptions(EnumSet.of(PKIXRevocationChecker.Option.ONLY_END_ENTITY,
		    PKIXRevocationChecker.Option.NO_FALLBACK));
		checker.setOcspResponses(Map.of(certs[2], Files.readAllBytes(Path.of(words[3]))));
		PKIXParameters terms = new PKIXParameters(Set.of(new TrustAnchor(certs[0], null)));
		terms.addCertPathChecker(checker);
		try {
			validator.validate(factory.generateCertPath(List.of(certs[2], certs[1])), terms);
			System.out.println("good");
		} catch (CertPathValidatorException e) {
			System.out.println(e.getReason() + ": " + e.getMessage());
			System.exit(1);
		}
	}
}
