using System.Text.Json;
using MuSc.Engine.Files;
using MuSc.Engine.Galleries;
using MuSc.Engine.Inputs;
using MuSc.Engine.Results;
using MuSc.Engine.Tokens;
using MuSc.Features.Backbones;

namespace MuSc.Grains.Storage;

/// <summary>
/// The gallery of a job of a cluster. It lies below the results root. A job takes what it needs of it when it begins, and what the job has
/// found becomes the gallery when it is done, unless another job has changed the gallery meanwhile.
/// </summary>
/// <param name="root">The results root.</param>
/// <param name="job">The job.</param>
/// <param name="spec">What was asked for.</param>
/// <exception cref="JobException">The gallery's identifier is none.</exception>
internal sealed class JobGallery(string root, string job, ScoringJobSpec spec)
{
    private readonly JobFolder _job = new(root, job);
    private readonly GalleryFolder _gallery = Place(root, spec);

    /// <summary>Whether the job may use the gallery, before anything is done.</summary>
    /// <exception cref="JobException">There is none to read, or it is somebody else's.</exception>
    public static void Check(string root, ScoringJobSpec spec)
    {
        GalleryManifest? gallery = GalleryManifest.Read(Place(root, spec).Place);
        bool foreign = gallery is not null && spec.Owner is not null && gallery.Owner != spec.Owner;
        if (foreign || (gallery is null && spec.Gallery!.ReadOnly))
        {
            // Whose it is, and whether there is one, is nobody's business but the owner's.
            throw new JobException(JobErrorKind.Usage, $"There is no gallery '{spec.Gallery!.Place}' that this job may use: choose another name, or begin one.");
        }
    }

    /// <summary>How the job and its gallery come together, as an owner of a block reads it.</summary>
    /// <exception cref="JobException">It cannot be read.</exception>
    public static GalleryPlan ReadPlan(JobFolder folder) => DiskError.Name(folder.GalleryPlan, () =>
        JsonSerializer.Deserialize<GalleryPlan>(File.ReadAllBytes(folder.GalleryPlan), ResultJson.Options)!);

    /// <summary>Where kept values come from and go to.</summary>
    public static KeptDistances Distances(JobFolder folder, GalleryPlan plan) => new(folder.Gallery, folder.NextGallery, plan);

    /// <summary>Brings the job and its gallery together, once; another activation finds what the first one did.</summary>
    /// <param name="backbone">The job's network.</param>
    /// <param name="size">Side of the images in pixels.</param>
    /// <param name="images">The job's images, all usable.</param>
    /// <param name="now">The time.</param>
    /// <returns>The plan, and the numeric profile that the features must have; null for a new gallery.</returns>
    /// <exception cref="JobException">They do not fit.</exception>
    public (GalleryPlan Plan, string? Profile) Begin(BackboneInfo backbone, int size, IReadOnlyList<CheckedImage> images, DateTimeOffset now) => DiskError.Name(_job.Work, () =>
    {
        if (File.Exists(_job.GalleryPlan))
        {
            return (ReadPlan(_job), GalleryManifest.Read(_job.Gallery)?.Settings.Profile);
        }

        Check(root, spec);

        // While the files get their names, nobody deletes them.
        using IDisposable? reading = GalleryManifest.Read(_gallery.Place) is null ? null : _gallery.Reading();
        GalleryManifest? gallery = GalleryManifest.Read(_gallery.Place);
        gallery?.Settings.Check(spec.Gallery!.Place, GallerySettings.Of(spec, backbone, size, gallery.Settings.Profile));
        GalleryPlan plan = GalleryPlan.Of(gallery, images, spec, now);
        JobFolder.Delete(_job.Gallery);
        Directory.CreateDirectory(GalleryFolder.Features(_job.NextGallery));
        if (gallery is not null)
        {
            HardLink.Tree(_gallery.Of(gallery.Generation), _job.Gallery);
            HardLink.MakeOrCopy(Path.Combine(_gallery.Place, GalleryManifest.Name), Path.Combine(_job.Gallery, GalleryManifest.Name));
            FeatureStore features = new(GalleryFolder.Features(_job.NextGallery), gallery.Shape);
            foreach (GalleryImage image in plan.References.Concat(plan.Rows.Where(row => row.Earlier is not null).Select(row => row.Image)))
            {
                features.Link(GalleryFolder.Features(_job.Gallery), image.Sha256, image.Sha256);
            }
        }

        AtomicFile.Write(_job.GalleryPlan, file => JsonSerializer.Serialize(file, plan, ResultJson.Options), flushToDisk: true);
        return (plan, gallery?.Settings.Profile);
    });

    /// <summary>What the gallery's images are compared by, where it is only read.</summary>
    public float[] Compared(GalleryPlan plan, FeatureShape shape, CancellationToken cancellationToken)
    {
        using ITokenSource tokens = new FeatureStore(GalleryFolder.Features(_job.NextGallery), shape).Open([.. plan.References.Select(image => image.Sha256)]);
        return Engine.Tiles.ComparedFeatures.Of(tokens, spec, .., image => plan.References[image].SalientPatch, cancellationToken);
    }

    /// <summary>Makes what the job has found the gallery; one that is only read stays as it is. It may be done again.</summary>
    /// <exception cref="JobException">Another job has changed the gallery.</exception>
    public void Complete(GalleryPlan plan, ScoredImages scored, int maps)
    {
        if (!spec.Gallery!.ReadOnly && GalleryManifest.Read(_gallery.Place)?.Generation != job)
        {
            using IDisposable taken = _gallery.Change();
            Check(root, spec);
            GallerySettings settings = GallerySettings.Of(spec, scored.Facts.Backbone!, scored.Size, scored.Facts.Profile!);
            _gallery.Commit(_job.NextGallery, plan.Next(job, settings, scored, maps, _job.NextGallery) with { Owner = spec.Owner }, plan.Generation);
        }
    }

    private static GalleryFolder Place(string root, ScoringJobSpec spec) => new(PathBelow.OfIdentifier(Path.Combine(root, "galleries"), spec.Gallery!.Place));
}

/// <summary>What is needed of a gallery to look at finished results: it may have changed since.</summary>
/// <param name="Decision">How the images were decided.</param>
/// <param name="Paths">Where the scored images lie, by name.</param>
internal sealed record GallerySources(DecisionOptions Decision, IReadOnlyDictionary<string, string> Paths)
{
    /// <summary>Those of a finished job; null where it had no gallery.</summary>
    public static GallerySources? Read(JobFolder folder) => File.Exists(folder.Sources)
        ? JsonSerializer.Deserialize<GallerySources>(File.ReadAllBytes(folder.Sources), ResultJson.Options)
        : null;

    /// <summary>Stores them.</summary>
    public void Write(JobFolder folder) => AtomicFile.Write(folder.Sources, file => JsonSerializer.Serialize(file, this, ResultJson.Options), flushToDisk: true);
}
