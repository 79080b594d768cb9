using MuSc.Client;
using MuSc.Silo.Hosting;

namespace MuSc.Cli.Commands.Cluster;

/// <summary><c>musc submit</c>: hands a job to a cluster.</summary>
internal static class SubmitCommand
{
    private const int FilesAtOnce = 4;

    public static MuscCommand Create(string name)
    {
        // What means something to a cluster: not where results go, nor threads or memory.
        ScoringOptions scoring = new();
        ResultOptions results = new();
        GalleryUseOptions gallery = new("id", "An identifier of the cluster's.");
        Option<bool> upload = NewOption.Flag("--upload", "Send the images to the cluster, as is always done over HTTP; otherwise silos read them, under the same paths.");
        Option<bool> watch = NewOption.Flag(
            "--watch, -w", "Show progress and, at the end, the most anomalous images. Ctrl-C then cancels the job.");
        Option<TimeSpan?> keepFor = NewOption.Of<TimeSpan?>(
            "--keep-for", "time", "How long the cluster keeps the job and its results after its end, such as 12h or 7d. The default is the cluster's.", OptionParsers.Duration);
        ClientOptions cluster = new();
        return new MuscCommand(
            name,
            "Hand a job to a cluster and print its identifier; with --watch, wait for its end as 'musc score' does.",
            "musc submit photos -r --watch",
            "musc submit /data/photos -r --cluster localhost",
            "musc submit photos --upload --cluster 'Host=db;Username=musc;Database=musc'",
            "musc submit photos -r --watch --cluster https://musc.example --key-file key.txt")
        {
            scoring.Images.Inputs,
            scoring.Images.All, scoring.Tokens, scoring.ClassTokens, scoring.Names, scoring.TokenReferences, scoring.Method.All, scoring.Deciding.All,
            scoring.Backbone.All.Except([scoring.Backbone.Threads]), scoring.Resources.Block, gallery.All,
            results.Maps, results.NoOverlays, results.NoMasks, results.NoReport, results.PatchScores,
            upload, watch, keepFor, results.Top, cluster.All,
        }.Does(async (parsed, cancellationToken) =>
        {
            ScoringJobSpec spec = WithFullPaths(scoring.Read(parsed, scoring.ImagesOf(parsed), results.Read(parsed) with { Folder = "chosen by the cluster" }))
                with { KeepFor = parsed.GetValue(keepFor), Gallery = gallery.Read(parsed) };
            using IDisposable? traces = Telemetry.Traces("client");
            ClusterAddress address = cluster.Address(parsed);
            await using MuScClient client = await ClientOptions.ConnectAsync(address, cancellationToken).ConfigureAwait(false);
            if (parsed.GetValue(upload) || (address.Http is not null && spec.TokensFile is null))
            {
                spec = await UploadAsync(client, spec, cancellationToken).ConfigureAwait(false);
            }

            string id = await client.SubmitAsync(spec, cancellationToken).ConfigureAwait(false);
            if (!parsed.GetValue(watch))
            {
                return new(() => new { Job = id }, _ => Console.WriteLine(id));
            }

            await Console.Error.WriteLineAsync($"Job {id}").ConfigureAwait(false);
            JobResults done = await JobRun.FollowAsync(client, id, cancelToo: true, cancellationToken).ConfigureAwait(false);
            return JobCommands.Outcome(id, done, parsed.GetValue(results.Top));
        });
    }

    // Paths as silos see them that share this machine's files.
    private static ScoringJobSpec WithFullPaths(ScoringJobSpec spec)
    {
        return spec with
        {
            Images = [.. spec.Images.Select(Full)],
            References = [.. spec.References.Select(Full)],
            TokensFile = spec.TokensFile is null ? null : Path.GetFullPath(spec.TokensFile),
            ClassTokensFile = spec.ClassTokensFile is null ? null : Path.GetFullPath(spec.ClassTokensFile),
            Backbone = File.Exists(spec.Backbone) ? Path.GetFullPath(spec.Backbone) : spec.Backbone,
        };

        static ImageFile Full(ImageFile image) => image with { Path = Path.GetFullPath(image.Path) };
    }

    // The specification with its images in sets that go with the job.
    private static async Task<ScoringJobSpec> UploadAsync(MuScClient client, ScoringJobSpec spec, CancellationToken cancellationToken)
    {
        return spec with
        {
            Images = [],
            Source = await SendAsync(spec.Images).ConfigureAwait(false),
            References = [],
            ReferenceSource = await SendAsync(spec.References).ConfigureAwait(false),
        };

        async Task<ImageSource?> SendAsync(IReadOnlyList<ImageFile> images)
        {
            if (images.Count == 0)
            {
                return null;
            }

            string set = await client.CreateSetAsync(new() { WithJob = true }, cancellationToken).ConfigureAwait(false);
            ParallelOptions several = new() { MaxDegreeOfParallelism = FilesAtOnce, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(images, several, async (image, token) =>
            {
                await using FileStream file = File.OpenRead(image.Path);
                await client.PutImageAsync(set, image.Name, file, new(), token).ConfigureAwait(false);
            }).ConfigureAwait(false);
            return new() { Set = set };
        }
    }
}
