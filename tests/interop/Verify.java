/*
 * Verify ROOT CHAIN [CRL...] -- LEAF... - PKIX as Java has it: each leaf through
 * the certificates of CHAIN up to ROOT, with revocation by the given lists (or none).
 * Prints "LEAF: good" or "LEAF: REASON"; ends with 1 when one of them is not good.
 */
import java.io.FileInputStream;
import java.io.InputStream;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

public class Verify {
	private static CertificateFactory factory;

	@SuppressWarnings("unchecked")
	private static List<X509Certificate> read(String path) throws Exception {
		try (InputStream in = new FileInputStream(path)) {
			return new ArrayList<>((Collection<X509Certificate>) factory.generateCertificates(in));
		}
	}

	private static PKIXParameters terms(X509Certificate root, List<Object> lists) throws Exception {
		PKIXParameters terms = new PKIXParameters(Set.of(new TrustAnchor(root, null)));

		terms.setRevocationEnabled(!lists.isEmpty());
		terms.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(lists)));
		return terms;
	}

	private static String judge(String leaf, List<X509Certificate> chain, PKIXParameters terms) throws Exception {
		List<X509Certificate> path = read(leaf);

		path = new ArrayList<>(path.subList(0, 1));
		path.addAll(chain);
		try {
			CertPathValidator.getInstance("PKIX").validate(factory.generateCertPath(path), terms);
			return "good";
		} catch (CertPathValidatorException e) {
			return e.getReason() + ": " + e.getMessage();
		}
	}

	public static void main(String[] arguments) throws Exception {
		List<String> words = List.of(arguments);
		int dashes = words.indexOf("--");
		List<Object> lists = new ArrayList<>();
		boolean good = true;

		factory = CertificateFactory.getInstance("X.509");
		X509Certificate root = read(words.get(0)).get(0);
		List<X509Certificate> chain = read(words.get(1));
		chain.removeIf(c -> c.equals(root));
		for (String list : words.subList(2, dashes))
			lists.add(factory.generateCRL(new FileInputStream(list)));
		for (String leaf : words.subList(dashes + 1, words.size())) {
			String verdict = judge(leaf, chain, terms(root, lists));
			System.out.println(leaf + ": " + verdict);
			good &= verdict.equals("good");
		}
		System.exit(good ? 0 : 1);
	}
}
