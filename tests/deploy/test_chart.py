"""What Helm makes of the chart: restricted pods that stop in time, each reached by whom it serves alone."""

import json
import re
import shutil
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.chart import (
    CHART,
    CI,
    Key,
    Object,
    component,
    environment,
    pods,
    processes,
    rendered,
    template,
    values,
)

every_example = pytest.mark.parametrize("name", CI)
PROBES = {"startupProbe": "/livez", "livenessProbe": "/livez", "readinessProbe": "/readyz"}
RESTRICTED = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "runAsNonRoot": True,
    "capabilities": {"drop": ["ALL"]},
    "seccompProfile": {"type": "RuntimeDefault"},
}


@lru_cache
def of(name: str) -> dict[Key, Object]:
    """What comes of the values of an example."""
    return rendered(name)


def kinds(objects: dict[Key, Object], kind: str) -> dict[str, Object]:
    """The objects of one kind, by name."""
    return {name: one for (of_kind, name), one in objects.items() if of_kind == kind}


def reached(policy: Object) -> dict[int, Any]:
    """The ports that a policy lets in, with who may come first."""
    rules = policy["spec"].get("ingress", [])
    return {port["port"]: rule.get("from") for rule in reversed(rules) for port in rule["ports"]}


@every_example
def test_each_process_is_a_deployment_with_its_command(name: str) -> None:
    found = {
        deployment: one["spec"]["template"]["spec"]["containers"][0]["args"]
        for deployment, one in kinds(of(name), "Deployment").items()
    }
    wanted = {
        f"fanfare-{component(service, process)}": one["args"]
        for service, process, one in processes(values(name))
    }
    assert found == wanted


@every_example
def test_every_pod_is_restricted_and_holds_no_token(name: str) -> None:
    found = pods(of(name))
    accounts = kinds(of(name), "ServiceAccount")
    assert len(found) >= 17
    for key, pod in found.items():
        spec = pod["spec"]
        assert (spec["automountServiceAccountToken"], spec["enableServiceLinks"]) == (False, False), key
        assert accounts[spec["serviceAccountName"]]["automountServiceAccountToken"] is False
        assert spec["securityContext"]["runAsUser"] == 10001
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        (container,) = spec["containers"]
        assert container["securityContext"] == RESTRICTED
        assert {*container["resources"]["requests"]} == {*container["resources"]["limits"]}
        assert not {"hostNetwork", "hostPID", "hostIPC"} & set(spec)


@every_example
def test_a_process_ends_by_itself_before_it_is_killed(name: str) -> None:
    for key, one in kinds(of(name), "Deployment").items():
        spec = one["spec"]["template"]["spec"]
        (container,) = spec["containers"]
        asleep = container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
        drains = float(environment(one["spec"]["template"])["FANFARE_GRACE_SECONDS"])
        assert asleep + drains < spec["terminationGracePeriodSeconds"], key
        served = {port["name"] for port in container["ports"]} - {"probes"}
        assert bool(asleep) == bool(served), key


@every_example
def test_probes_ask_the_port_of_the_metrics(name: str) -> None:
    for one in kinds(of(name), "Deployment").values():
        (container,) = one["spec"]["template"]["spec"]["containers"]
        for probe, path in PROBES.items():
            assert container[probe]["httpGet"] == {"path": path, "port": "probes"}
        assert {"name": "probes", "containerPort": 9000} in container["ports"]


@every_example
def test_secrets_are_files_and_stand_nowhere_else(name: str) -> None:
    services = values(name)["services"]
    objects = of(name)
    assert kinds(objects, "Secret") == {}
    assert "secretKeyRef" not in str(objects) and "secretRef" not in str(objects)
    for key, pod in pods(objects).items():
        (container,) = pod["spec"]["containers"]
        owners = [one for one in services if one in container["args"]]
        assert len(owners) == (key[0] != "Pod")
        for owner in owners:
            wanted = services[owner]["secret"]["settings"]
            named = {variable for variable in environment(pod) if variable.endswith("_FILE")}
            assert named == {f"{one}_FILE" for one in wanted}, key
            volume = next(one for one in pod["spec"]["volumes"] if one["name"] == "secret")
            assert [one["key"] for one in volume["secret"]["items"]] == wanted


@every_example
def test_everything_is_denied_but_what_a_policy_names(name: str) -> None:
    policies = kinds(of(name), "NetworkPolicy")
    deny = policies.pop("fanfare-deny")["spec"]
    assert set(deny) == {"podSelector", "policyTypes"}
    assert deny["policyTypes"] == ["Ingress", "Egress"]
    for (kind, key), pod in pods(of(name)).items():
        labels = pod["metadata"]["labels"]
        assert deny["podSelector"]["matchLabels"].items() <= labels.items()
        mine = [
            one["spec"]
            for one in policies.values()
            if one["spec"]["podSelector"]["matchLabels"].items() <= labels.items()
        ]
        assert len(mine) == 1, (kind, key)
        assert mine[0]["policyTypes"] == ["Ingress", "Egress"]


def test_workers_are_reached_by_nobody_but_who_scrapes_them() -> None:
    policies = kinds(of("production"), "NetworkPolicy")
    scraper = [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}]
    assert reached(policies["fanfare-lead-worker"]) == {9000: scraper}
    assert set(reached(policies["fanfare-lead"])) == {8000, 9000}
    assert reached(policies["fanfare-outreach-listener"]) == {2525: None, 9000: scraper}
    assert reached(policies["fanfare-migrate"]) == {}


def test_only_those_talk_to_the_mail_server_who_send() -> None:
    policies = kinds(of("production"), "NetworkPolicy")
    peer = values("production")["networkPolicy"]["peers"]["mail"]
    ports = [{"port": port, "protocol": "TCP"} for port in peer["ports"]]
    talking = {
        name.removeprefix("fanfare-")
        for name, one in policies.items()
        if {"ports": ports, "to": peer["to"]} in one["spec"].get("egress", ())
    }
    assert talking == {"outreach-sender", "outreach-worker"}


@every_example
def test_each_deployment_has_a_disruption_budget_and_is_spread(name: str) -> None:
    budgets = kinds(of(name), "PodDisruptionBudget")
    deployments = kinds(of(name), "Deployment")
    assert set(budgets) == set(deployments)
    for key, one in deployments.items():
        selector = one["spec"]["selector"]
        assert budgets[key]["spec"]["selector"] == selector
        spread = one["spec"]["template"]["spec"]["topologySpreadConstraints"]
        assert [each["topologyKey"] for each in spread] == values(name)["defaults"]["spread"]
        assert all(each["labelSelector"] == selector for each in spread)


def test_what_is_scaled_has_no_number_of_replicas_of_its_own() -> None:
    objects = of("production")
    scaled = {
        one["spec"]["scaleTargetRef"]["name"] for one in kinds(objects, "HorizontalPodAutoscaler").values()
    }
    keda = {one["spec"]["scaleTargetRef"]["name"] for one in kinds(objects, "ScaledObject").values()}
    assert keda == {"fanfare-outreach-sender"} and len(scaled) == 5 and not scaled & keda
    for key, one in kinds(objects, "Deployment").items():
        assert ("replicas" in one["spec"]) == (key not in scaled | keda)


def test_two_that_scale_the_same_pods_are_refused_wherever_they_are_given() -> None:
    hpa = '{"minReplicas": 2, "maxReplicas": 4, "hpa": {"metrics": [{"type": "Resource"}]}}'
    keda = '{"minReplicas": 2, "maxReplicas": 4, "keda": {"triggers": [{"type": "cpu"}]}}'
    given = ("--set-json", f"defaults.autoscaling={hpa}")
    of_one = ("--set-json", f"services.lead.processes.worker.autoscaling={keda}")
    assert "would fight" in template("small", *given, *of_one, refused=True).stderr


def test_a_changed_setting_replaces_the_pods_of_its_service_alone() -> None:
    before = kinds(of("small"), "Deployment")
    after = kinds(
        rendered("small", "--set-string", "services.lead.settings.FANFARE_NURTURE_DAYS=30"), "Deployment"
    )
    changed = {
        key
        for key in before
        if before[key]["spec"]["template"]["metadata"] != after[key]["spec"]["template"]["metadata"]
    }
    assert changed == {"fanfare-lead", "fanfare-lead-worker"}


def test_a_new_revision_of_a_secret_replaces_the_pods_of_its_service_alone() -> None:
    before = pods(of("small"))
    after = pods(rendered("small", "--set-string", "services.finance.secret.revision=2"))
    assert {key[1] for key in before if before[key] != after[key]} == {
        "fanfare-finance",
        "fanfare-finance-worker",
    }


def test_helm_migrates_every_database_before_it_installs_or_upgrades() -> None:
    objects = of("small")
    jobs = kinds(objects, "Job")
    assert set(jobs) == {f"fanfare-migrate-{service}" for service in values()["services"]}
    needed = [objects["ServiceAccount", "fanfare-migrate"], objects["NetworkPolicy", "fanfare-migrate"]]
    notes = [one["metadata"]["annotations"] for one in (*needed, *jobs.values())]
    assert {one["helm.sh/hook"] for one in notes} == {"pre-install,pre-upgrade"}
    weights = [int(one["helm.sh/hook-weight"]) for one in notes]
    assert max(weights[:2]) < min(weights[2:])
    # A hook comes before everything else of the chart, so it may not name anything of it.
    assert "configMapRef" not in str(jobs)


def test_argo_migrates_in_a_wave_before_the_pods() -> None:
    objects = of("gitops")
    assert not any("helm.sh/hook" in one["metadata"].get("annotations", {}) for one in objects.values())
    waves = {
        key: int(one["metadata"].get("annotations", {}).get("argocd.argoproj.io/sync-wave", "0"))
        for key, one in objects.items()
    }
    assert {waves[key] for key in waves if key[0] == "Job"} == {-1}
    assert waves["ServiceAccount", "fanfare-migrate"] == waves["NetworkPolicy", "fanfare-migrate"] == -2
    assert {waves[key] for key in waves if key[0] == "Deployment"} == {0}


def test_nothing_migrates_where_somebody_does_it_by_hand() -> None:
    objects = rendered("small", "--set", "migration.mode=none")
    assert kinds(objects, "Job") == {}
    assert ("ServiceAccount", "fanfare-migrate") not in objects


def test_an_ingress_leads_by_path_to_links_and_by_host_to_whole_services() -> None:
    rules: dict[tuple[str, str], str] = {}
    for one in kinds(of("production"), "Ingress").values():
        for rule in one["spec"]["rules"]:
            for path in rule["http"]["paths"]:
                assert (rule["host"], path["path"]) not in rules
                rules[rule["host"], path["path"]] = path["backend"]["service"]["name"]
    assert rules["go.example.com", "/u"] == "fanfare-outreach"
    assert rules["go.example.com", "/calendar/feeds"] == "fanfare-campaign"
    assert rules["lead.example.com", "/"] == "fanfare-lead"
    ports = {name: one["spec"]["ports"] for name, one in kinds(of("production"), "Service").items()}
    assert ports["fanfare-lead"] == [{"name": "http", "port": 8000, "targetPort": "http"}]
    assert ports["fanfare-outreach-listener"] == [{"name": "smtp", "port": 25, "targetPort": "smtp"}]


def test_links_lead_to_the_host_of_the_ingress_unless_the_settings_say_otherwise() -> None:
    production = of("production")["ConfigMap", "fanfare-outreach"]["data"]
    assert production["FANFARE_PUBLIC_URL"] == "https://go.example.com"
    assert values("small")["ingress"]["tls"] == []
    small = of("small")["ConfigMap", "fanfare-outreach"]["data"]
    assert small["FANFARE_PUBLIC_URL"] == values("small")["settings"]["FANFARE_PUBLIC_URL"]


def test_files_are_on_a_volume_of_the_service_or_in_its_bucket() -> None:
    claims = kinds(of("small"), "PersistentVolumeClaim")
    assert set(claims) == {f"fanfare-{service}-files" for service in ("campaign", "finance", "lead")}
    mounted = {key[1] for key, pod in pods(of("small")).items() if "persistentVolumeClaim" in str(pod)}
    assert mounted == {
        f"fanfare-{one}{end}" for one in ("campaign", "finance", "lead") for end in ("", "-files-sweep")
    }
    assert of("small")["ConfigMap", "fanfare-lead"]["data"]["FANFARE_FILES_URL"] == "file:///files"
    assert kinds(of("production"), "PersistentVolumeClaim") == {}
    assert of("production")["ConfigMap", "fanfare-lead"]["data"]["FANFARE_FILES_URL"].startswith("s3://")


def test_the_scrape_gives_the_labels_that_the_composed_stack_gives() -> None:
    composed = yaml.safe_load(Path("deploy/prometheus.yml").read_text("utf-8"))["scrape_configs"][0]
    wanted = {(one["labels"]["service"], one["labels"]["process"]) for one in composed["static_configs"]}
    assert {(service, process) for service, process, _ in processes(values("small"))} == wanted
    (endpoint,) = of("production")["PodMonitor", "fanfare"]["spec"]["podMetricsEndpoints"]
    named = {
        one["targetLabel"]: one.get("replacement", one.get("sourceLabels")) for one in endpoint["relabelings"]
    }
    assert named["job"] == composed["job_name"]
    assert endpoint["honorLabels"]
    for label in ("service", "process"):
        assert named[label] == [f"__meta_kubernetes_pod_label_fanfare_{label}"]
    for service, process, _ in processes(values("production")):
        labels = pods(of("production"))["Deployment", f"fanfare-{component(service, process)}"]["metadata"][
            "labels"
        ]
        assert (labels["fanfare/service"], labels["fanfare/process"]) == (service, process)


def test_rules_and_dashboards_are_taken_as_they_lie_in_files(tmp_path: Path) -> None:
    chart = shutil.copytree(CHART, tmp_path / "chart")
    for folder in ("rules", "dashboards"):
        shutil.rmtree(chart / "files" / folder, ignore_errors=True)
        (chart / "files" / folder).mkdir()
    groups = {
        "groups": [
            {"name": "any", "rules": [{"alert": "Any", "expr": "up", "labels": {"a": "{{ $value }}"}}]}
        ]
    }
    (chart / "files/rules/of_causes.yml").write_text(yaml.safe_dump(groups), "utf-8")
    board = {"title": "Service", "panels": [{"legend": "{{service}}"}]}
    (chart / "files/dashboards/fanfare-service.json").write_text(json.dumps(board, indent=2), "utf-8")
    objects = rendered("production", chart=chart)
    assert objects["PrometheusRule", "fanfare-of-causes"]["spec"] == groups
    data = objects["ConfigMap", "fanfare-dashboard-service"]["data"]
    assert json.loads(data["fanfare-service.json"]) == board
    assert objects["ConfigMap", "fanfare-dashboard-service"]["metadata"]["labels"]["grafana_dashboard"] == "1"


def test_alerts_link_to_where_the_house_shows_the_runbook() -> None:
    def links(name: str) -> set[str]:
        groups = [g for one in kinds(of(name), "PrometheusRule").values() for g in one["spec"]["groups"]]
        return {rule["annotations"]["runbook_url"] for g in groups for rule in g["rules"] if "alert" in rule}

    assert values("production")["monitoring"]["rules"]["documents"].startswith("https://")
    shown = f"{values('production')['monitoring']['rules']['documents']}/runbook.md#"
    plain = links("gitops")
    assert all(one.startswith("docs/runbook.md#") for one in plain)
    assert links("production") == {one.replace("docs/runbook.md#", shown) for one in plain}


def test_every_file_of_rules_and_dashboards_is_in_the_chart() -> None:
    rules = {path.stem for path in CHART.glob("files/rules/*.y*ml")}
    boards = {path.stem.removeprefix("fanfare-") for path in CHART.glob("files/dashboards/*.json")}
    objects = of("production")
    assert {f"fanfare-{name}" for name in rules} == set(kinds(objects, "PrometheusRule"))
    assert {f"fanfare-dashboard-{name}" for name in boards} == {
        name for name in kinds(objects, "ConfigMap") if name.startswith("fanfare-dashboard-")
    }


def test_a_service_that_is_switched_off_leaves_nothing_behind() -> None:
    left = rendered("small", "--set", "services.finance.enabled=false")
    assert [key for key in left if "finance" in key[1]] == []
    asked = environment(left["Pod", "fanfare-test"])["ADDRESSES"]
    assert len(re.findall("http://", asked)) == 4 and "finance" not in asked
