using MuSc.Features.Models;

namespace MuSc.Features.Tests.Models;

public sealed class ModelCatalogueTests
{
    [Fact]
    public void The_papers_eleven_backbones_are_there()
    {
        Assert.Equal(11, ModelCatalogue.Models.Select(model => model.Name).Distinct().Count());
        Assert.Equal(2, ModelCatalogue.Models.Count(model => model.Name.StartsWith("swin")));
        Assert.Equal(97.77, ModelCatalogue.Find("clip-vit-l14-336").Published!.MvtecImage);
    }

    [Fact]
    public void Entries_are_well_formed() => Assert.All(ModelCatalogue.Models, model =>
    {
        Assert.Equal("https", model.Address.Scheme);
        Assert.EndsWith(".safetensors", model.Address.AbsolutePath);
        Assert.Matches("^[0-9a-f]{64}$", model.Sha256 ?? new string('0', 64));
        Assert.InRange(model.ApproximateBytes, 300_000_000, 2_000_000_000);
    });

    [Fact]
    public void An_unknown_name_lists_the_known_ones() =>
        Assert.Contains("dinov2-vitl14", Assert.Throws<ModelException>(() => ModelCatalogue.Find("resnet")).Message);
}
