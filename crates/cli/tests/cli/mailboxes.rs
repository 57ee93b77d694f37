//! `sales import`: mail from files and folders.

use crate::support::{Desk, shows};

#[test]
fn what_is_no_mail() {
    let desk = Desk::with_samples();
    desk.write("photos/beach.jpg", "not mail");
    desk.write("photos/readme", "words");
    desk.write("message.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on");
    desk.write("takeout.tgz", b"\x1f\x8b\x08 and so on");
    desk.write("outlook.pst", b"!BDN and so on");
    shows!("import_folder_without_mail", desk.shown(&desk.run(&["import", "photos"]).exit(1)));
    shows!("import_msg", desk.shown(&desk.run(&["import", "message.msg"]).exit(1)));
    shows!("import_packed", desk.shown(&desk.run(&["import", "takeout.tgz"]).exit(1)));
    shows!("import_pst", desk.shown(&desk.run(&["import", "outlook.pst"]).exit(1)));
}
