//! `sales customer add --from`.

use crate::{
    json::fits,
    support::{Desk, shows},
};

const SALESFORCE: &str = "\
\"Account Name\",\"Account ID\",\"Website\",\"Account Owner\",\"Stage\",\"Amount\",\"Close Date\",\"Opportunity Name\"
\"Initech, Inc.\",\"0015e00000AAAAA\",\"https://www.initech.example/about\",\"Jo Smith\",\"Closed Won\",\"$12,500.00\",\"6/30/2024\",\"Initech\nrollout\"
\"Initech, Inc.\",\"0015e00000AAAAA\",\"initech.dev\",\"Ann\",\"Discovery\",\"7\",\"7/4/2024\",\"Initech 2\"
\"Globex\",\"0015e00000BBBBB\",\"globex.test; gmail.com\",\"Somebody Else\",\"Dreaming\",\"lots\",\"2024-07-01\",\"x\"
\"\",\"0015e00000CCCCC\",\"nobody.example\",\"\",\"\",\"\",\"\",\"\"
\"Hooli\",\"0015e00000DDDDD\",\"https://linkedin.com/company/hooli\",\"\",\"\",\"\",\"\",\"\"
";

#[test]
fn customers_of_a_crm() {
    let desk = Desk::with_samples();
    desk.write("accounts.csv", SALESFORCE);
    let before = sales_testkit::tree(&desk.path().join("customers"));
    shows!("table_dry", desk.shown(&desk.run(&["customer", "add", "--from", "accounts.csv", "--dry-run"])));
    assert_eq!(sales_testkit::tree(&desk.path().join("customers")), before);
    shows!("table", desk.shown(&desk.run(&["customer", "add", "--from", "accounts.csv"])));
    shows!("table_profile", desk.read("customers/profiles/initech_inc/profile.toml"));
    let globex = desk.read("customers/profiles/globex/profile.toml");
    assert!(globex.contains("globex.test") && globex.contains("0015e00000BBBBB") && !globex.contains("Somebody"), "{globex}");
    shows!("table_again", desk.shown(&desk.run(&["customer", "add", "--from", "accounts.csv"])));
    let (code, document) = desk.json(&["customer", "add", "--from", "accounts.csv"]);
    assert_eq!(code, 3);
    fits("customer-add-from", &document);
    desk.run(&["customer", "undo"]).exit(0);
    assert_eq!(sales_testkit::differences(&before, &sales_testkit::tree(&desk.path().join("customers"))), Vec::<String>::new());
}

#[test]
fn tables_of_all_kinds() {
    let desk = Desk::with_samples();
    let add = |bytes: &[u8]| {
        desk.write("t.csv", bytes);
        let (code, document) = desk.json(&["customer", "add", "--from", "t.csv", "--dry-run"]);
        let customers = document["customers"].as_array().cloned().unwrap_or_default();
        let told = |key: &str| document[key].as_array().map_or(0, Vec::len);
        (code, customers.iter().map(|c| c["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>(), told("problems"), told("warnings"))
    };
    let ids = |ids: &[&str]| ids.iter().map(|i| (*i).to_owned()).collect::<Vec<_>>();
    let hubspot = "Record ID,Company name,Company Domain Name,Company owner,Lifecycle Stage\n1,Pied Piper,piedpiper.example,,customer\n";
    assert_eq!(add(hubspot.as_bytes()), (0, ids(&["pied_piper"]), 0, 1));
    let pipedrive = "Deal - Title;Organization - Name;Deal - Value;Deal - Currency\nBig;Müller & Söhne;1.000,50;EUR\n";
    let utf16: Vec<u8> = pipedrive.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [pipedrive.as_bytes(), &utf16] {
        assert_eq!(add(bytes), (0, ids(&["muller_sohne"]), 0, 0));
    }
    // Two lines of one domain are one customer; what contradicts itself is nobody's.
    assert_eq!(add(b"name,domain\nA Corp,a.example\nA Corporation,www.a.example\n"), (0, ids(&["a_corp"]), 0, 0));
    assert_eq!(add(b"name,alias\nGlobex,acme-corp\nGood,\n"), (3, ids(&["good"]), 1, 0));
    assert_eq!(add(b"name,x\n\"torn,1\nGood,2\nToo,3,many\n"), (3, ids(&["good"]), 2, 0));
    let injected = "name,next step\n\"=HYPERLINK(\"\"x\"\")\",\"a\n[slack]\nchannels = ['*']\"\n";
    assert_eq!(add(injected.as_bytes()).0, 0);
    desk.run(&["customer", "add", "--from", "t.csv"]).exit(0);
    assert!(desk.read("customers/profiles/hyperlink_x/profile.toml").contains("next_step = \"\"\""), "it is text, and nothing else");
    desk.write("customers/profiles/globex/profile.toml", "name = ");
    assert_eq!(add(b"name\nGlobex\nGood\n"), (3, ids(&["good"]), 1, 0));
    for (bytes, code) in [(b"".as_slice(), 2), (b"Deal,Title\nx,y\n", 2), (b"\xff\xfe", 2), (b"name\n", 0)] {
        desk.write("t.csv", bytes);
        desk.run(&["customer", "add", "--from", "t.csv"]).exit(code);
    }
    desk.run(&["customer", "add", "--from", "none.csv"]).exit(1);
    desk.run(&["customer", "add", "--from", "t.csv", "--stage", "x"]).exit(2);
    desk.run(&["customer", "add", "X", "--from", "t.csv"]).exit(2);
}
