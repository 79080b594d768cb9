using MuSc.Client;
using MuSc.Contracts;

// Submits a folder of images to a cluster, watches the job, prints its results, and stores them as MessagePack.
//   musc-sample localhost /data/parts results.msgpack
(string cluster, string folder, string target) = (args[0], args[1], args[2]);
await using MuScClient client = await MuScClient.ConnectAsync(ClusterAddress.Parse(cluster), CancellationToken.None);
string job = await client.SubmitAsync(
    new ScoringJobSpec
    {
        Images = [.. Directory.GetFiles(folder, "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(path => new ImageFile(Path.GetRelativePath(folder, path), path))],
        Output = new OutputOptions { Folder = "chosen by the cluster" },
    },
    CancellationToken.None);

await foreach (JobProgress progress in client.WatchAsync(job, CancellationToken.None))
{
    Console.WriteLine($"{progress.Phase}: {progress.Done} of {progress.Total}");
}

foreach (var image in (await client.ResultsAsync(job, CancellationToken.None)).Images.OrderBy(image => image.Rank))
{
    Console.WriteLine($"{image.Rank,5}  {image.Score:F4}  {image.Name}");
}

await File.WriteAllBytesAsync(target, await client.ResultsMessagePackAsync(job, CancellationToken.None));
