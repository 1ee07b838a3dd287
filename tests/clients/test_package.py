"""The TypeScript package as applications get it: its size, and its entries in projects that install it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.clients import package_project
from tests.clients.node import dist
from tools import build_client

pytestmark = pytest.mark.clients
KIB = 1024
# after minifying and gzip -9; 12.8 KiB of `.` are socket.io-client
# KiB. Stores that hold a limited number cost 0.3 KiB more than the first version had.
LARGEST = {".": 24.6, "./core": 10.5, "./react": 2.6, "./native": 1.5, "./timing": 2, "./timing/react": 3.5}
LARGEST |= {"./media": 2.5, "./media/react": 3}  # 0.5 KiB are uploads to the store itself
LARGEST |= {"./finance": 0.8, "./finance/react": 1.3, "./payments": 1.5, "./payments/react": 2}
LARGEST |= {
    "./bookings": 1.3,
    "./bookings/react": 2,
    "./payouts": 0.5,
    "./disputes": 0.4,
    "./operations": 0.5,
}
LARGEST |= {
    "./chat": 6.1,
    "./chat/react": 6.5,
    "./offers": 0.8,
    "./offers/react": 1.3,
}  # react: with its store
LARGEST |= {"./deals": 0.6, "./deals/react": 1.3}
LARGEST |= {"./shops": 1.4, "./shops/react": 2, "./catalogue": 1.5, "./couriers": 2.5}  # with an outbox
LARGEST |= {"./webhooks": 0.6, "./announcements": 1.1, "./search": 0.3}
LARGEST |= {"./couriers/react": 2.2, "./reviews": 0.6, "./reviews/react": 1, "./system": 0.6}
LARGEST |= {"./analytics": 0.8, "./analytics/react": 1.4}
ENTRIES = (
    *("", "/core", "/react", "/native", "/node", "/timing", "/timing/react"),
    *("/media", "/media/react", "/finance", "/finance/react", "/payments", "/payments/react"),
    *("/bookings", "/bookings/react", "/payouts", "/disputes", "/operations"),
    *("/chat", "/chat/react", "/offers", "/offers/react", "/deals", "/deals/react"),
    *("/announcements", "/search"),
    *("/shops", "/shops/react", "/catalogue", "/couriers", "/couriers/react", "/reviews", "/reviews/react"),
    "/webhooks",
    "/system",
    *("/analytics", "/analytics/react"),
)
METRO = Path(__file__).parent / "metro"
EXAMPLES = build_client.CLIENT / "examples"
CONSUMER = """
import { createMetaia, isConflict, type Order } from "@metaia/client";
import { useOrders } from "@metaia/client/react";
const metaia = createMetaia({ baseUrl: "http://x" });
export async function use(): Promise<Order[]> {
  const { data } = await metaia.rest.GET("/api/orders", { query: { status: ["pending"] } });
  await metaia.orders.act("id", "accept", {});
  metaia.on("order_update", ({ order }) => order.version.toFixed());
  return isConflict(null) ? [] : data.orders;
}
// @ts-expect-error there is no such route
void metaia.rest.GET("/api/none");
// @ts-expect-error a rejection needs a reason
void metaia.rest.PATCH("/api/orders/{order_id}/reject", { path: { order_id: "x" }, body: {} });
// @ts-expect-error there is no such event
metaia.on("none", () => {});
void useOrders;
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return package_project.make(tmp_path_factory.mktemp("project"))


def run(folder: Path, *arguments: str) -> str:
    """Run Node in `folder` and return its output."""
    done = subprocess.run(
        [str(build_client.NODE), *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_each_entry_is_small():
    dist()
    found = json.loads(run(build_client.CLIENT, "scripts/sizes.mjs"))
    assert found.keys() == LARGEST.keys()
    assert {name: size for name, size in found.items() if size > LARGEST[name] * KIB} == {}


def test_100_000_events_leave_no_memory_behind():
    grown = int(run(build_client.CLIENT, "--expose-gc", str(METRO.parent / "memory.mjs"), str(dist())))
    assert grown < 1024 * KIB


def test_a_project_imports_every_entry(project):
    lines = "\n".join(f'await import("@metaia/client{entry}");' for entry in ENTRIES)
    (project / "all.mjs").write_text(lines)
    run(project, "all.mjs")


def test_a_project_requires_every_entry(project):
    lines = "\n".join(f'require("@metaia/client{entry}");' for entry in ENTRIES)
    (project / "all.cjs").write_text(lines)
    run(project, "all.cjs")


@pytest.mark.parametrize("resolution", ["nodenext", "bundler"])
def test_a_project_has_the_types(resolution, project):
    (project / "consumer.ts").write_text(CONSUMER)
    module = "nodenext" if resolution == "nodenext" else "esnext"
    compiler = ["node_modules/typescript/bin/tsc", "--noEmit", "--strict", "--target", "es2022"]
    run(project, *compiler, "--module", module, "--moduleResolution", resolution, "consumer.ts")


def test_the_react_example_bundles_for_browsers(project):
    shutil.copy(EXAMPLES / "react" / "orders.tsx", project)
    script = """
      require("esbuild").buildSync({ entryPoints: ["orders.tsx"], bundle: true, platform: "browser", jsx: "automatic",
        target: "es2020", outfile: "page.js", logLevel: "error" });
    """
    run(project, "-e", script)
    compiler = [
        "node_modules/typescript/bin/tsc",
        "--noEmit",
        "--strict",
        "--target",
        "es2022",
        "--jsx",
        "react-jsx",
    ]
    run(
        project,
        *compiler,
        "--module",
        "esnext",
        "--moduleResolution",
        "bundler",
        "--types",
        "react",
        "orders.tsx",
    )


PHONE = (
    "react-native",
    "expo-crypto",
    "expo-secure-store",
    "@react-native-async-storage/async-storage",
    "@react-native-community/netinfo",
)


@pytest.mark.parametrize("platform", ["ios", "android"])
def test_the_native_example_bundles_with_metro(platform, project, tmp_path):
    build_client.packages(METRO)
    shutil.copytree(
        project / "node_modules", tmp_path / "node_modules", symlinks=False, ignore=_not_for_phones
    )
    for name in PHONE:
        module = tmp_path / "node_modules" / name
        module.mkdir(parents=True)
        (module / "package.json").write_text(json.dumps({"name": name, "version": "1.0.0"}))
        (module / "index.js").write_text("module.exports = {};")
    shutil.copy(EXAMPLES / "native" / "OrdersScreen.tsx", tmp_path / "index.tsx")
    (tmp_path / "package.json").write_text('{"name": "app"}')
    out = tmp_path / "bundle"
    run(METRO, "bundle.mjs", str(tmp_path), "index.tsx", platform, str(out))
    bundle = (tmp_path / "bundle.js").read_text()
    assert "nativeParts" in bundle
    assert "node:" not in bundle


def _not_for_phones(folder: str, names: list[str]) -> list[str]:
    wanted = {"@metaia", "@socket.io", "debug", "engine.io-client", "engine.io-parser", "ms", "react"}
    wanted |= {"socket.io-client", "socket.io-parser", "zustand"}
    return [name for name in names if name not in wanted] if Path(folder).name == "node_modules" else []


def test_the_bot_accepts_what_came_while_it_was_down(project, world):
    shutil.copy(EXAMPLES / "node" / "partner-bot.mjs", project)
    customer, tailor = world.person(), world.person("tailor")
    given = [world.url, tailor.user["email"], "a-long-enough-password", str(project / "state" / "bot.json")]
    command = [str(build_client.NODE), "partner-bot.mjs", *given]

    def accepts(place_first: bool) -> None:
        order = customer.order(partnerId=tailor.id) if place_first else None
        with subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, text=True) as bot:
            assert bot.stdout
            try:
                for line in bot.stdout:
                    if line.startswith("live") and order is None:
                        order = customer.order(partnerId=tailor.id)
                    if line.endswith("accepted\n"):
                        break
            finally:
                bot.kill()
        assert order is not None
        shown = customer.get(f"/api/orders/{order['id']}").json()["data"]["order"]
        assert shown["status"] == "accepted"

    accepts(place_first=False)
    accepts(place_first=True)
    assert (project / "state" / "bot.json").stat().st_mode & 0o077 == 0
