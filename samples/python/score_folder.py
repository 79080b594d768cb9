"""Scores a folder of images on a MuSc server and fetches scores and masks. Needs Python 3.11 and nothing else.

    python3 score_folder.py http://localhost:8080 photos results      (a server's key goes into MUSC_KEY)
"""
import base64, hashlib, http.client, json, os, sys, time, uuid
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

IMAGES = {".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp"}
ENDED = {"completed", "failed", "cancelled"}


def call(method, path, body=None, **headers):
    """Every call may be repeated: what it makes is there only once."""
    if "MUSC_KEY" in os.environ:
        headers["Authorization"] = "Bearer " + os.environ["MUSC_KEY"]
    request = Request(f"{server}/v1/{path}", body, {name.replace("_", "-"): value for name, value in headers.items()}, method=method)
    for pause in (1, 2, 4, 8, 16, None):
        try:
            return urlopen(request, timeout=60)
        except (HTTPError, URLError) as error:
            if pause is None or isinstance(error, HTTPError) and error.code not in (429, 502, 503):
                raise
            time.sleep(pause)


def post(path, value):
    return json.load(call("POST", path, json.dumps(value).encode(), Content_Type="application/json", Idempotency_Key=str(uuid.uuid4())))


def events(job):
    """What happens to a job until it ends. After a broken connection it goes on from the last event that was seen."""
    seen, status = "0", ""
    while status not in ENDED:
        try:
            for line in call("GET", f"jobs/{job}/events", Last_Event_ID=seen):
                field, _, value = line.decode().rstrip("\n").partition(": ")
                if field == "id":
                    number = value
                elif field == "data":
                    seen, event = number, json.loads(value)
                    status = event["status"]
                    yield event
        except (http.client.HTTPException, ConnectionError, TimeoutError):
            time.sleep(1)


def main(folder, output):
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.suffix.lower() in IMAGES)
    images = post("sets", {"name": folder.name})["id"]
    for name in names:
        data = (folder / name).read_bytes()
        digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
        call("PUT", f"sets/{images}/images/{quote(name)}", data, Content_Type="application/octet-stream", Content_Digest=f"sha-256=:{digest}:").close()

    job = post("jobs", {"images": {"set": images}})["id"]
    for event in events(job):
        progress, left = event["progress"], event["progress"]["remaining_seconds"]
        print(f"{progress['phase']}: {progress['done']} of {progress['total']}" + (f", {left:.0f} s left" if left else ""))

    end = json.load(call("GET", f"jobs/{job}"))
    if end["status"] != "completed":
        sys.exit(f"The job {job} is {end['status']}: {(end['error'] or {}).get('message')}")
    output.mkdir(parents=True, exist_ok=True)
    (output / "scores.csv").write_bytes(call("GET", f"jobs/{job}/results", Accept="text/csv").read())
    for name in names:
        mask = output / "masks" / f"{name}.png"
        mask.parent.mkdir(parents=True, exist_ok=True)
        mask.write_bytes(call("GET", f"jobs/{job}/images/{quote(name)}/mask").read())


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    server = sys.argv[1].rstrip("/")
    try:
        main(Path(sys.argv[2]), Path(sys.argv[3]))
    except HTTPError as error:
        sys.exit(f"{error} {error.read().decode()}")
