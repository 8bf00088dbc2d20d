// A small SCIM service provider on Better Auth's SCIM plugin: node server.mjs PORT TOKEN
//
// The plugin does everything; this file gives it one provisioning connection with one bearer token, and tables in
// memory. Nothing is mended here.

import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { scim } from "@better-auth/scim";
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { toNodeHandler } from "better-auth/node";

const [port, token] = process.argv.slice(2);
// Shorter tokens are refused by the plugin.
if (!/^\d+$/.test(port ?? "") || (token ?? "").length < 32) {
    console.error("usage: node server.mjs PORT TOKEN, with a token of 32 characters or more");
    process.exit(2);
}

const host = "127.0.0.1";
const origin = `http://${host}:${port}`;

const tables = Object.fromEntries([
    "user", "session", "account", "verification",
    "scimConnectionBinding", "scimIdentityTombstone", "scimSubject", "scimUser", "scimProjectionGrant", "scimGroup",
    "scimGroupMember",
].map((name) => [name, []]));

const auth = betterAuth({
    baseURL: origin,
    secret: randomBytes(32).toString("hex"),
    database: memoryAdapter(tables),
    telemetry: { enabled: false },
    // The limit of the library is for people at a login form.
    rateLimit: { enabled: false },
    plugins: [scim({ connections: [{ id: "directory", credentials: [{ type: "bearer", id: "token", token }] }] })],
});

const server = createServer(toNodeHandler(auth));
server.listen(Number(port), host, () => console.log(`Serving SCIM on ${origin}/api/auth/scim/v2`));
server.on("error", (error) => {
    console.error(`Cannot listen on ${host}:${port}: ${error.message}`);
    process.exit(1);
});

for (const signal of ["SIGINT", "SIGTERM"]) {
    process.on(signal, () => {
        server.close(() => process.exit(0));
        server.closeAllConnections();
    });
}
