// A small SCIM service provider on SCIMMY: node server.mjs PORT TOKEN
//
// The library does the protocol (parsing, PATCH, filters, lists, errors); this file is the
// application behind it, which keeps users and groups in memory. Where the library deviates from
// the RFCs nothing is mended here: the point is to see what such an application answers.

import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import express from "express";
import SCIMMY from "scimmy";
import SCIMMYRouters from "scimmy-routers";

const [port, token] = process.argv.slice(2);
if (!/^\d+$/.test(port ?? "") || !token) {
    console.error("usage: node server.mjs PORT TOKEN");
    process.exit(2);
}

const host = "127.0.0.1";
const origin = `http://${host}:${port}`;
const mountPath = "/scim";

const users = new Map();
const groups = new Map();

const notFound = (id) => new SCIMMY.Types.Error(404, null, `Resource ${id} not found`);
const invalidValue = (detail) => new SCIMMY.Types.Error(400, "invalidValue", detail);

// userName is not case-exact (RFC 7643, 4.1.1), so neither is its uniqueness.
function requireFreeUserName(userName, ownId) {
    const wanted = userName.toLowerCase();
    for (const user of users.values()) {
        if (user.id !== ownId && user.userName.toLowerCase() === wanted) {
            throw new SCIMMY.Types.Error(409, "uniqueness", `userName '${userName}' is taken`);
        }
    }
}

// A group has each member once, and only members that exist.
function resolveMembers(members) {
    const resolved = new Map();
    for (const { value, display } of members) {
        if (!value) throw invalidValue("A group member needs a value");

        const type = users.has(value) ? "User" : "Group";
        if (type === "Group" && !groups.has(value)) throw invalidValue(`Member ${value} does not exist`);

        const { endpoint } = SCIMMY.Resources.declared(type);
        resolved.set(value, {
            value,
            $ref: `${origin}${mountPath}${endpoint}/${value}`,
            type,
            ...(display === undefined ? {} : { display }),
        });
    }
    return [...resolved.values()];
}

// Whoever is deleted leaves all groups.
function leaveGroups(id) {
    for (const group of groups.values()) {
        if (group.members?.some(({ value }) => value === id)) {
            group.members = group.members.filter(({ value }) => value !== id);
            group.meta.lastModified = new Date().toISOString();
        }
    }
}

// The handlers SCIMMY asks for, over one Map. `check` looks at the attributes a client wants stored
// and returns them as they are to be stored.
function handlers(resourceType, store, check) {
    return {
        // Create, or replace: for PATCH, SCIMMY reads, applies the operations and then replaces.
        ingress(resource, instance) {
            const existing = resource.id === undefined ? undefined : store.get(resource.id);
            if (resource.id !== undefined && existing === undefined) throw notFound(resource.id);

            // The plain form of the instance, which leaves out what is never returned: the password.
            // The library fills in id and meta of its own accord; here they are the store's.
            const { id: _id, meta: _meta, ...given } = JSON.parse(JSON.stringify(instance));
            const attributes = check(given, resource.id);

            // What changes nothing keeps its lastModified (RFC 7644, 3.5.2.1); a password is a change.
            if (existing !== undefined && instance.password === undefined) {
                const { id: _existingId, meta: _existingMeta, ...before } = existing;
                if (isDeepStrictEqual(attributes, before)) return structuredClone(existing);
            }

            const now = new Date().toISOString();
            const stored = {
                ...attributes,
                id: existing?.id ?? randomUUID(),
                meta: { resourceType, created: existing?.meta.created ?? now, lastModified: now },
            };
            store.set(stored.id, stored);
            return structuredClone(stored);
        },

        // One resource, or all that match the filter; SCIMMY sorts and cuts the page itself.
        egress(resource) {
            if (resource.id !== undefined) {
                if (!store.has(resource.id)) throw notFound(resource.id);
                return structuredClone(store.get(resource.id));
            }
            const all = structuredClone([...store.values()]);
            return resource.filter === undefined ? all : resource.filter.match(all);
        },

        degress(resource) {
            if (!store.delete(resource.id)) throw notFound(resource.id);
            leaveGroups(resource.id);
        },
    };
}

SCIMMY.Resources.declare(SCIMMY.Resources.User, {
    ...handlers("User", users, (user, id) => {
        requireFreeUserName(user.userName, id);
        return user;
    }),
    extensions: [{ schema: SCIMMY.Schemas.EnterpriseUser, required: false }],
});

SCIMMY.Resources.declare(SCIMMY.Resources.Group, handlers("Group", groups, (group) => {
    if (group.members !== undefined) group.members = resolveMembers(group.members);
    return group;
}));

const app = express();
app.disable("x-powered-by");
app.use(mountPath, new SCIMMYRouters({
    type: "bearer",
    // The token stands for a client, not for one of the users, so there is no id to return.
    handler(request) {
        const [, given] = /^Bearer +(\S+) *$/i.exec(request.header("Authorization") ?? "") ?? [];
        if (given !== token) throw new Error("A valid bearer token is required");
    },
    baseUri: () => origin,
}));

const server = app.listen(Number(port), host, (error) => {
    if (error) {
        console.error(`Cannot listen on ${host}:${port}: ${error.message}`);
        process.exit(1);
    }
    console.log(`Serving SCIM on ${origin}${mountPath}`);
});

for (const signal of ["SIGINT", "SIGTERM"]) {
    process.on(signal, () => {
        server.close(() => process.exit(0));
        server.closeAllConnections();
    });
}
