package org.usagestreams.console;

import org.usagestreams.console.access.Access;
import org.usagestreams.console.access.User;

/**
 * Whom a page is for.
 *
 * @param name of who is signed in; empty for nobody
 * @param operator whether changes are offered
 * @param signIn whether a sign-in is offered
 * @param csrf what forms carry
 */
public record Viewer(String name, boolean operator, boolean signIn, String csrf) {
    /** Nobody, where nobody can sign in. */
    static final Viewer NOBODY = new Viewer("", false, false, "");

    /** Who visits; null for nobody. */
    static Viewer of(Access access, Access.Visit visit) {
        if (visit == null) {
            return new Viewer("", false, access.isOffered(), "");
        }
        final User user = visit.user();
        return new Viewer(user.name(), user.isOperator(), false, visit.csrf());
    }
}
