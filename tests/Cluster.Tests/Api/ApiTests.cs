using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MessagePack;
using MuSc.Cluster.Tests.Jobs;
using MuSc.Contracts;
using MuSc.Contracts.Http;

namespace MuSc.Cluster.Tests.Api;

/// <summary>The HTTP API as a program elsewhere uses it: a real server, plain HTTP.</summary>
public sealed class ApiTests(ApiServer server) : IClassFixture<ApiServer>
{
    private HttpClient Client => server.Client;

    [Fact]
    public async Task Gallery_TakesInImagesOfOneJobAfterTheOther()
    {
        using TestSet set = TestSet.Synthetic(8, 48);
        string folder = Path.GetDirectoryName(set.Spec.Images[0].Path)!;
        string sent = await server.SendAsync(folder);
        foreach (string method in (string[])["musc", "musc-v2"])
        {
            string body = $$"""{"images":{"set":"{{sent}}"},"size":48,"method":"{{method}}","gallery":"line-{{method}}","gallery_size":8}""";
            foreach (bool again in (bool[])[false, true])
            {
                string id = (await server.PostAsync("jobs", body)).GetProperty("id").GetString()!;
                Assert.Equal("completed", (await server.WatchAsync(id))[^1].Data.GetProperty("status").GetString());
                JsonElement run = JsonDocument.Parse(await server.TextAsync($"jobs/{id}/files/run.json")).RootElement.GetProperty("gallery");
                Assert.Equal((8, again ? 0 : 8), (run.GetProperty("images").GetInt32(), run.GetProperty("added").GetInt32()));
                IReadOnlyList<ImageResult> local = await set.LocalAsync(ScoringMethod.Apply(method, set.Spec));
                Assert.Equal(local, JsonSerializer.Deserialize<ResultPage>(await server.TextAsync($"jobs/{id}/results"), ApiJson.Options)!.Data.Select(line => line.ToResult()));
            }
        }

        using HttpResponseMessage refused = await Client.PostAsync(
            "jobs", new StringContent($$"""{"images":{"set":"{{sent}}"},"gallery_read_only":true}""", Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("gallery: name the gallery", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Job_FromImagesToResults_GivesTheBitsOfOneMachineInEveryForm()
    {
        using TestSet set = TestSet.Synthetic(12, 48);
        string sent = await server.SendAsync(Path.GetDirectoryName(set.Spec.Images[0].Path)!);
        string body = $$"""{"images":{"set":"{{sent}}"},"size":48,"name":"Teile ä","metadata":{"line":"7"} }""";
        JsonElement job = await server.PostAsync("jobs", body);
        string id = job.GetProperty("id").GetString()!;
        List<(long Number, string Kind, JsonElement Data)> events = await server.WatchAsync(id);
        Assert.Equal(events.Select(news => news.Number).Order().Distinct(), events.Select(news => news.Number));
        Assert.Equal("completed", events[^1].Data.GetProperty("status").GetString());
        Assert.Equal(events.Skip(2).Select(news => news.Number), (await server.WatchAsync(id, events[1].Number)).Select(news => news.Number));

        JsonElement ended = JsonDocument.Parse(await server.TextAsync($"jobs/{id}")).RootElement;
        Assert.Equal(("completed", "Teile ä", "local", "7", 12), (
            ended.GetProperty("status").GetString(), ended.GetProperty("name").GetString(), ended.GetProperty("owner").GetString(),
            ended.GetProperty("metadata").GetProperty("line").GetString(), ended.GetProperty("counts").GetProperty("scored").GetInt32()));
        Assert.Equal((sent, 48), (ended.GetProperty("spec").GetProperty("images").GetProperty("set").GetString(), ended.GetProperty("spec").GetProperty("size").GetInt32()));

        IReadOnlyList<ImageResult> local = await set.LocalAsync();
        List<ImageResult> pages = [];
        string? next = "";
        while (next is not null)
        {
            ResultPage page = JsonSerializer.Deserialize<ResultPage>(
                await server.TextAsync($"jobs/{id}/results?limit=5{(next.Length > 0 ? $"&after={next}" : "")}"), ApiJson.Options)!;
            pages.AddRange(page.Data.Select(line => line.ToResult()));
            next = page.Next;
        }

        Assert.Equal(local, pages);
        string lines = await server.TextAsync($"jobs/{id}/results", "application/x-ndjson");
        Assert.Equal(local, lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<ResultResource>(line, ApiJson.Options)!.ToResult()));
        Assert.Equal(await server.TextAsync($"jobs/{id}/files/scores.csv"), await server.TextAsync($"jobs/{id}/results", "text/csv"));
        using HttpRequestMessage packed = new(HttpMethod.Get, $"jobs/{id}/results");
        packed.Headers.Accept.Add(new("application/x-msgpack"));
        using HttpResponseMessage answer = await Client.SendAsync(packed);
        object[] rows = MessagePackSerializer.Deserialize<object[]>(await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal(local.Select(line => (line.Name, line.Score)), rows.Cast<Dictionary<object, object>>().Select(row => ((string)row["image"], (double?)row["score"])));
    }

    [Fact]
    public async Task Decision_IsThatOfOneMachineAndTryingOthersChangesNothing()
    {
        using TestSet set = TestSet.Synthetic(12, 48);
        string sent = await server.SendAsync(Path.GetDirectoryName(set.Spec.Images[0].Path)!);
        JsonElement job = await server.PostAsync("jobs", $$"""{"images":{"set":"{{sent}}"},"size":48,"decision":{"flag":"25%"} }""");
        string id = job.GetProperty("id").GetString()!;
        await server.WatchAsync(id);
        IReadOnlyList<ImageResult> local = await set.LocalAsync(set.Spec with { Decision = new() { Flag = new(25, true) } });
        ResultPage page = JsonSerializer.Deserialize<ResultPage>(await server.TextAsync($"jobs/{id}/results"), ApiJson.Options)!;
        Assert.Equal(local, page.Data.Select(line => line.ToResult()));
        Assert.Equal((DecisionState.Fixed, 3), (page.Decision!.State, (int)page.Decision.Flagged));

        string before = await server.TextAsync($"jobs/{id}/files/scores.json");
        double third = local.Select(line => line.ScoreBefore!.Value).Order().ElementAt(9);
        JsonElement tried = await server.PostAsync($"jobs/{id}:decide", $$"""{"threshold":{{third - 1e-6:R}} }""");
        Assert.Equal(
            local.Where(line => line.ScoreBefore >= third).Select(line => line.Name), tried.GetProperty("anomalous").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(before, await server.TextAsync($"jobs/{id}/files/scores.json"));
        using NetVips.Image mask = NetVips.Image.NewFromBuffer(await Client.GetByteArrayAsync(new Uri($"jobs/{id}/images/{local.First(line => line.Anomalous == true).Name}/mask", UriKind.Relative)));
        Assert.NotEqual(0, mask.Avg());
    }

    [Fact]
    public async Task RepeatedSubmission_IsTheSameJobAndAnotherBodyAConflict()
    {
        using TestSet set = TestSet.Synthetic(3, 48);
        string sent = await server.SendAsync(Path.GetDirectoryName(set.Spec.Images[0].Path)!);
        (HttpStatusCode first, string id) = await SubmitAsync($$"""{"images":{"set":"{{sent}}"},"size":48}""");
        (HttpStatusCode second, string same) = await SubmitAsync($$"""{ "size":48, "images":{"set":"{{sent}}"} }""");
        (HttpStatusCode third, string problem) = await SubmitAsync($$"""{"images":{"set":"{{sent}}"},"size":96}""");
        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.OK, HttpStatusCode.Conflict), (first, second, third));
        Assert.Equal(id, same);
        Assert.Contains("conflict", problem, StringComparison.Ordinal);

        async Task<(HttpStatusCode, string)> SubmitAsync(string body)
        {
            using HttpRequestMessage request = new(HttpMethod.Post, "jobs") { Content = ApiServer.Json(body) };
            request.Headers.Add("Idempotency-Key", "monday's parts");
            using HttpResponseMessage answer = await Client.SendAsync(request);
            string text = await answer.Content.ReadAsStringAsync();
            return (answer.StatusCode, answer.IsSuccessStatusCode ? JsonDocument.Parse(text).RootElement.GetProperty("id").GetString()! : text);
        }
    }

    [Fact]
    public async Task Image_IsTakenOnceCheckedAndReplacedOnlyWhenAsked()
    {
        string set = (await server.NewSetAsync()).GetProperty("id").GetString()!;
        Assert.Equal(HttpStatusCode.Created, await PutAsync("a b/ü.png", [1, 2, 3]));
        Assert.Equal(HttpStatusCode.OK, await PutAsync("a b/ü.png", [1, 2, 3]));
        Assert.Equal(HttpStatusCode.Conflict, await PutAsync("a b/ü.png", [1, 2, 4]));
        Assert.Equal(HttpStatusCode.Created, await PutAsync("a b/ü.png", [1, 2, 4], "?replace=true"));
        Assert.Equal(HttpStatusCode.BadRequest, await PutAsync("b.png", [1], digest: [2]));
        Assert.Equal(HttpStatusCode.Created, await PutAsync("b.png", [1], digest: [1]));
        JsonElement images = JsonDocument.Parse(await server.TextAsync($"sets/{set}/images")).RootElement.GetProperty("data");
        Assert.Equal(["a b/ü.png", "b.png"], images.EnumerateArray().Select(image => image.GetProperty("name").GetString()));
        Assert.Equal(ContentDigest.Of(Convert.ToHexStringLower(SHA256.HashData([1, 2, 4]))), images[0].GetProperty("digest").GetString());

        async Task<HttpStatusCode> PutAsync(string name, byte[] bytes, string query = "", byte[]? digest = null)
        {
            using ByteArrayContent content = new(bytes);
            if (digest is not null)
            {
                content.Headers.Add("Content-Digest", ContentDigest.Of(Convert.ToHexStringLower(SHA256.HashData(digest))));
            }

            using HttpResponseMessage answer = await Client.PutAsync(
                new Uri($"sets/{set}/images/{string.Join('/', name.Split('/').Select(Uri.EscapeDataString))}{query}", UriKind.Relative), content);
            return answer.StatusCode;
        }
    }

    [Theory]
    [InlineData("application/zip")]
    [InlineData("application/x-tar")]
    public async Task Archive_GivesItsImagesAndNothingElse(string type)
    {
        string set = (await server.NewSetAsync()).GetProperty("id").GetString()!;
        byte[] image = RandomNumberGenerator.GetBytes(2_000);
        byte[] archive = type == "application/zip" ? Zip(image) : Tar(image);
        using ByteArrayContent content = new(archive);
        content.Headers.ContentType = new(type);
        using HttpResponseMessage answer = await Client.PostAsync(new Uri($"sets/{set}:import", UriKind.Relative), content);
        ImportResource done = JsonSerializer.Deserialize<ImportResource>(await answer.Content.ReadAsStringAsync(), ApiJson.Options)!;
        Assert.Equal(1, done.Added);
        string[] refused = type == "application/zip" ? ["../evil.png", "bomb.png", "link.png", "readme.txt"] : ["../evil.png", "link.png", "readme.txt"];
        Assert.Equal(refused, done.Refused.Select(entry => entry.Name).Order(StringComparer.Ordinal));
        Assert.False(File.Exists(Path.Combine(server.Folder.At("data"), "evil.png")));
        JsonElement images = JsonDocument.Parse(await server.TextAsync($"sets/{set}/images")).RootElement.GetProperty("data");
        Assert.Equal("deep/good.png", Assert.Single(images.EnumerateArray()).GetProperty("name").GetString());
    }

    [Fact]
    public async Task Files_AnswerRangesAndKnownVersions()
    {
        using TestSet set = TestSet.Synthetic(4, 48);
        string sent = await server.SendAsync(Path.GetDirectoryName(set.Spec.Images[0].Path)!);
        string id = (await server.PostAsync("jobs", $$"""{"images":{"set":"{{sent}}"},"size":48}""")).GetProperty("id").GetString()!;
        await server.WatchAsync(id);
        string name = set.Spec.Images[2].Name;
        byte[] original = await File.ReadAllBytesAsync(set.Spec.Images[2].Path);
        using HttpRequestMessage part = new(HttpMethod.Get, $"jobs/{id}/images/{name}/image") { Headers = { Range = new RangeHeaderValue(10, 19) } };
        using HttpResponseMessage some = await Client.SendAsync(part);
        Assert.Equal(HttpStatusCode.PartialContent, some.StatusCode);
        Assert.Equal(original[10..20], await some.Content.ReadAsByteArrayAsync());
        using HttpRequestMessage again = new(HttpMethod.Get, $"jobs/{id}/images/{name}/image") { Headers = { IfNoneMatch = { some.Headers.ETag! } } };
        using HttpResponseMessage known = await Client.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
        foreach ((string view, string type) in new[] { ("map", "image/tiff"), ("overlay", "image/png"), ("mask", "image/png"), ("thumbnail", "image/jpeg"), ("heat_thumbnail", "image/jpeg") })
        {
            using HttpResponseMessage picture = await Client.GetAsync(new Uri($"jobs/{id}/images/{name}/{view}", UriKind.Relative));
            Assert.Equal((HttpStatusCode.OK, type), (picture.StatusCode, picture.Content.Headers.ContentType?.MediaType));
            Assert.True((await picture.Content.ReadAsByteArrayAsync()).Length > 50);
        }

        using ZipArchive zip = new(await Client.GetStreamAsync(new Uri($"jobs/{id}/archive", UriKind.Relative)));
        JsonElement files = JsonDocument.Parse(await server.TextAsync($"jobs/{id}/files")).RootElement;
        Assert.Equal(files.EnumerateArray().Select(file => (file.GetProperty("name").GetString()!, file.GetProperty("bytes").GetInt64())), zip.Entries.Select(entry => (entry.FullName, entry.Length)));
    }

    [Fact]
    public async Task Lists_GoOnWhereTheyEnded()
    {
        HashSet<string> made = [];
        for (int number = 0; number < 5; number++)
        {
            made.Add((await server.NewSetAsync()).GetProperty("id").GetString()!);
        }

        List<string> listed = [];
        string after = "";
        do
        {
            JsonElement page = JsonDocument.Parse(await server.TextAsync($"sets?limit=2{after}")).RootElement;
            listed.AddRange(page.GetProperty("data").EnumerateArray().Select(set => set.GetProperty("id").GetString()!));
            after = page.GetProperty("next").GetString() is { } next ? $"&after={next}" : "";
        }
        while (after.Length > 0);
        Assert.Distinct(listed);
        Assert.Subset(listed.ToHashSet(), made);
    }

    private static byte[] Zip(byte[] image)
    {
        using MemoryStream bytes = new();
        using (ZipArchive zip = new(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add("deep/good.png", image);
            Add("../evil.png", image);
            Add("readme.txt", image);
            Add("bomb.png", new byte[5_000_000]);
            Add("link.png", Encoding.UTF8.GetBytes("/etc/passwd")).ExternalAttributes = unchecked((int)0xA1FF0000);

            ZipArchiveEntry Add(string name, byte[] content)
            {
                ZipArchiveEntry entry = zip.CreateEntry(name);
                using Stream stream = entry.Open();
                stream.Write(content);
                return entry;
            }
        }

        return bytes.ToArray();
    }

    private static byte[] Tar(byte[] image)
    {
        using MemoryStream bytes = new();
        using (TarWriter tar = new(bytes, leaveOpen: true))
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.Directory, "deep/"));
            foreach (string name in (string[])["deep/good.png", "../evil.png", "readme.txt"])
            {
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(image) });
            }

            tar.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "link.png") { LinkName = "/etc/passwd" });
        }

        return bytes.ToArray();
    }
}
