using MuSc.Client;

namespace MuSc.Cli.Commands.Cluster;

/// <summary>Sends a job's images to the cluster.</summary>
internal static class Uploads
{
    /// <summary>The specification with its images where silos find them.</summary>
    public static async Task<ScoringJobSpec> SendAsync(MuScClient client, ScoringJobSpec spec, CancellationToken cancellationToken)
    {
        string upload = Guid.NewGuid().ToString("N");
        return spec with { Images = await SendAsync(spec.Images, "images"), References = await SendAsync(spec.References, "references") };

        async Task<IReadOnlyList<ImageFile>> SendAsync(IReadOnlyList<ImageFile> images, string folder)
        {
            List<ImageFile> sent = [];
            foreach (ImageFile image in images)
            {
                await using FileStream file = File.OpenRead(image.Path);
                sent.Add(await client.UploadAsync(upload, $"{folder}/{image.Name}", file, cancellationToken).ConfigureAwait(false) with { Name = image.Name });
            }

            return sent;
        }
    }
}
